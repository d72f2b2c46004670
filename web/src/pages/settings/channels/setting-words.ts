/** What settings of channels are called, and how their choices read. */
import type { ChannelGuide } from './channel-guide.ts';
import type { Setting } from './setting-schema.ts';

const LABELS: Readonly<Record<string, string>> = {
  apiKey: 'API key',
  basic: 'User and password',
  baseUrl: 'Address of the API',
  bearer: 'Bearer token',
  botToken: 'Bot token',
  ca: 'Certificates to trust',
  channel: 'Channel',
  channelId: 'Id of the channel',
  chatId: 'Chat',
  contentType: 'Content type',
  format: 'What is sent',
  from: 'From',
  fromName: 'Name of the sender',
  headers: 'Headers',
  host: 'Server',
  labels: 'Labels',
  mayAct: 'Whose presses of buttons count',
  messageThreadId: 'Id of the topic',
  method: 'Method',
  password: 'Password',
  port: 'Port',
  publicKey: 'Public key, for buttons',
  resolveAfterMinutes: 'Over after so many minutes of silence',
  routingKey: 'Integration key',
  secrets: 'Secrets for signatures',
  security: 'Encryption',
  signingSecret: 'Signing secret, for buttons',
  template: 'Template',
  text: 'Template of the text',
  threadId: 'Id of the thread',
  timeoutSeconds: 'Time limit, in seconds',
  title: 'Template of the headline',
  to: 'To',
  token: 'Access token',
  topic: 'Topic',
  url: 'URL',
  urls: 'Addresses',
  user: 'User',
  username: 'User',
  webhookUrl: 'Webhook URL',
};

const CHOICES: Readonly<Record<string, string>> = {
  event: 'The event, as watchers send it',
  tattle: 'The incident with all of its evidence',
  template: 'What a template of your own writes',
  tls: 'TLS from the start',
  starttls: 'STARTTLS: by an upgrade, or nothing is sent',
  none: 'None: readable on the way',
  true: 'Yes',
  false: 'No',
};

/** Written over several lines. */
const LONG = new Set(['ca', 'template', 'text']);

export function labelOf(name: string, { labels = {} }: Pick<ChannelGuide, 'labels'> = {}): string {
  return labels[name] ?? LABELS[name] ?? spelled(name);
}

/** Undefined where there is nothing to say. What these pages say wins over what the server does. */
export function hintOf(
  { name, description, kind }: Setting,
  { hints = {} }: Pick<ChannelGuide, 'hints'>,
): string | undefined {
  const own = hints[name];
  if (own !== undefined) return own;
  // The choices say it themselves.
  if (kind === 'choice' || description === '') return undefined;
  const said = description.replaceAll('`', '');
  return kind === 'list' ? `One a line. ${said}` : said;
}

export function choiceWords(option: string): string {
  return CHOICES[option] ?? option;
}

export function isLong({ name, kind, isSecret }: Pick<Setting, 'name' | 'kind' | 'isSecret'>): boolean {
  return !isSecret && (kind === 'list' || (kind === 'text' && LONG.has(name)));
}

/** Whether these pages have words for it. */
export function hasWords(name: string): boolean {
  return Object.hasOwn(LABELS, name);
}

/** `someSetting` as `Some setting`. */
function spelled(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

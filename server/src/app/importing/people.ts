/** Destinations that people read, which several tools write to in the same ways. */
import { basicHeader, withoutCredentials } from './credentials.ts';
import type { Fields } from './fields.ts';
import type { Notes } from './notes.ts';
import { urlOrPlaceholder } from './placeholders.ts';
import { channel, type Target } from './target.ts';

/** Chats that are reached by a webhook of theirs, whatever the tool calls it. */
const CHATS: readonly { readonly type: string; readonly host: RegExp }[] = [
  { type: 'slack', host: /^hooks\.slack(-gov)?\.com$/ },
  { type: 'discord', host: /^(\w+\.)?discord(app)?\.com$/ },
  { type: 'teams', host: /\.(webhook\.office|logic\.azure|powerplatform)\.com$|^outlook\.office(365)?\.com$/ },
];

export interface WebhookSource {
  readonly url: string;
  /** In the source. */
  readonly path: string;
  /** Of the body (Liquid), where it is to be the same as it was. */
  readonly template?: string;
  readonly headers?: { readonly values: Readonly<Record<string, string>>; readonly path: string };
}

/** The channel of the chat that the address belongs to, or a plain webhook. */
export function webhookTarget({ url: given, path, template, headers }: WebhookSource, notes: Notes): Target {
  const { url, basic } = withoutCredentials(urlOrPlaceholder(given, path, notes));
  if (basic !== undefined) notes.changed(path, 'had credentials in the URL, which are a header now');
  const chat = CHATS.find(({ host }) => host.test(hostOf(url)));
  const telegram = telegramOf(url);
  if (telegram !== null) return channel('telegram', telegram);
  if (chat !== undefined) {
    notes.taken(path, `is an address of ${chat.type}, and becomes a channel of that type`);
    if (chat.type === 'teams') tellTeams(url, path, notes);
    return channel(chat.type, { webhookUrl: url });
  }
  notes.changed(path, 'gets one message for each turn of an incident instead of one for each event');
  if (template === undefined) notes.changed(path, 'gets the body that format says: event or tattle');
  const body = template === undefined ? { format: 'event' } : { format: 'template', template };
  const sent = {
    ...(headers !== undefined && ownHeaders(headers.values, headers.path, notes)),
    ...(basic !== undefined && { Authorization: basicHeader(basic) }),
  };
  return channel('webhook', { url, ...body, ...(Object.keys(sent).length > 0 && { headers: sent }) });
}

export function teamsTarget(given: string, path: string, notes: Notes): Target {
  const webhookUrl = urlOrPlaceholder(given, path, notes);
  tellTeams(webhookUrl, path, notes);
  return channel('teams', { webhookUrl });
}

/** Headers that Tattle writes itself are left out. */
export function ownHeaders(
  headers: Readonly<Record<string, string>>,
  path: string,
  notes: Notes,
): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(content-type|content-length|host|connection)$/i.test(name),
  );
  const templated = kept.filter(([, value]) => value.includes('{{'));
  for (const [name] of templated)
    notes.missing(`${path}.${name}`, 'is a template: headers are the same for each message here');
  return Object.fromEntries(kept.filter(([, value]) => !value.includes('{{')));
}

/** Words of messages: Tattle has its own, which say why. */
export function tellWording(fields: Fields, names: readonly string[], notes: Notes): void {
  for (const name of names.filter((one) => fields.has(one))) {
    notes.changed(
      fields.at(name),
      'is not taken: Tattle’s own message has the cause and the next steps; title and text (Liquid) of the channel change it',
    );
  }
  fields.settle(...names);
}

function tellTeams(url: string, path: string, notes: Notes): void {
  if (!/\.webhook\.office\.com$|^outlook\.office/.test(hostOf(url))) return;
  notes.todo(
    path,
    'is a connector, which Microsoft is switching off: make a workflow ("When a Teams webhook request is received") and write its URL',
  );
}

/** `https://api.telegram.org/bot<token>/sendMessage?chat_id=…` */
function telegramOf(url: string): { readonly botToken: string; readonly chatId: string } | null {
  if (hostOf(url) !== 'api.telegram.org') return null;
  const { pathname, searchParams } = new URL(url);
  const [, botToken] = /^\/bot([^/]+)\/sendMessage$/.exec(pathname) ?? [];
  const chatId = searchParams.get('chat_id');
  return botToken === undefined || chatId === null ? null : { botToken, chatId };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

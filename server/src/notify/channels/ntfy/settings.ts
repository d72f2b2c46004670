/** What can be set for ntfy: a topic, and who may write to it. */
import { z } from 'zod';
import { channelName } from '../channel-type.ts';
import { ca, httpUrl, secretText, timeoutSeconds, wordingSettings } from '../common-settings.ts';

const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;

export const ntfySettings = z
  .strictObject({
    type: z.literal('ntfy'),
    name: channelName,
    url: httpUrl
      .default('https://ntfy.sh')
      .describe('Of the server; with the topic as its last part where `topic` does not say it.'),
    topic: z
      .string()
      .regex(TOPIC, 'must be 1 to 64 letters, digits, dashes and underscores')
      .exactOptional()
      .describe('Whoever knows it may read it, unless the server protects it: choose one that is hard to guess.'),
    token: secretText.exactOptional().describe('An access token (tk_…), or user and password instead.'),
    user: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^:\p{Cc}]+$/u, 'must be on one line and without a colon')
      .exactOptional()
      .describe('Where the server asks who one is; with the password.'),
    password: z
      .string()
      .min(1)
      .max(200)
      .regex(/^\P{Cc}+$/u, 'must be on one line')
      .exactOptional()
      .describe('Of the user.'),
    timeoutSeconds,
    ca,
    ...wordingSettings,
  })
  .superRefine(({ url, topic, token, user, password }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (topicOf({ url, ...(topic !== undefined && { topic }) }) === null) {
      wrong(topic === undefined ? 'url' : 'topic', 'must name the topic: https://ntfy.sh/your-topic');
    }
    if ((user === undefined) !== (password === undefined)) {
      wrong(user === undefined ? 'user' : 'password', 'is missing: user and password go together');
    }
    if (token !== undefined && user !== undefined) wrong('token', 'is not for a channel with user and password');
  });

export type NtfySettings = z.output<typeof ntfySettings>;

export interface NtfyTopic {
  /** The server's root, to which JSON is published. */
  readonly root: string;
  readonly topic: string;
}

/** Null where the settings name none. Query and fragment of the URL say nothing here. */
export function topicOf(settings: { readonly url: string; readonly topic?: string }): NtfyTopic | null {
  if (!URL.canParse(settings.url)) return null;
  const { origin, pathname } = new URL(settings.url);
  const path = pathname.replace(/\/+$/, '');
  if (settings.topic !== undefined) return { root: `${origin}${path}/`, topic: settings.topic };
  const cut = path.lastIndexOf('/');
  const topic = path.slice(cut + 1);
  return TOPIC.test(topic) ? { root: `${origin}${path.slice(0, cut)}/`, topic } : null;
}

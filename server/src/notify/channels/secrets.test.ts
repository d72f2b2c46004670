/** Of every setting of every kind of channel somebody has decided whether it is a secret: one that is new has to be thought of here. */
import { expect, it } from 'vitest';
import { CHANNEL_TYPES } from './index.ts';

const OF_ALL = ['type', 'name', 'timeoutSeconds', 'ca'];
const WORDING = ['title', 'text'];

/** What anybody may see who may see settings at all. */
const NO_SECRET: Readonly<Record<string, readonly string[]>> = {
  webhook: ['format', 'template', 'contentType', 'method'],
  slack: ['channel', 'mayAct', 'baseUrl', ...WORDING],
  discord: ['channelId', 'threadId', 'publicKey', 'mayAct', 'baseUrl', ...WORDING],
  teams: WORDING,
  // Its addresses may hold no credentials: its schema refuses them.
  alertmanager: ['urls', 'resolveAfterMinutes', 'labels'],
  n8n: [],
  telegram: ['chatId', 'messageThreadId', 'baseUrl', ...WORDING],
  email: ['host', 'port', 'security', 'user', 'from', 'fromName', 'to', ...WORDING],
  ntfy: ['user', ...WORDING],
  pagerduty: ['url', ...WORDING],
  opsgenie: ['url', ...WORDING],
};

it.each(CHANNEL_TYPES.map((type) => [type.type, type] as const))(
  '%s: each setting is a secret or none',
  (name, type) => {
    const thoughtOf = [...type.secrets, ...OF_ALL, ...(NO_SECRET[name] ?? [])];
    expect(thoughtOf.sort()).toEqual(Object.keys(type.schema.shape).sort());
  },
);

it.each(CHANNEL_TYPES.map((type) => [type.type, type] as const))(
  '%s: what is named like a secret is one',
  (_, type) => {
    const telling = /token|secret|password|key$|webhookUrl|bearer|basic|headers/i;
    const named = Object.keys(type.schema.shape).filter((setting) => telling.test(setting) && setting !== 'publicKey');
    expect(type.secrets).toEqual(expect.arrayContaining(named));
  },
);

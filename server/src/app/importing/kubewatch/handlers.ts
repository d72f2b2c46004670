/** Handlers of kubewatch, and what becomes of each. */
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';
import { teamsTarget, tellWording, webhookTarget } from '../people.ts';
import { urlOrPlaceholder } from '../placeholders.ts';
import { channel, type MakeTarget, nothing, type Target } from '../target.ts';
import { smtp } from './smtp.ts';

const BY_WEBHOOK =
  'has no counterpart of its own: a channel of type webhook reaches it through n8n or a function that writes its form';

const MAKERS: Readonly<Record<string, MakeTarget>> = {
  slack,
  slackwebhook,
  msteams: (fields, notes) => ofUrl(fields, 'webhookurl', notes, teamsTarget),
  discord: (fields, notes) =>
    ofUrl(fields, 'webhookurl', notes, (url, path) =>
      channel('discord', { webhookUrl: urlOrPlaceholder(url, path, notes) }),
    ),
  webhook,
  cloudevent,
  mattermost,
  smtp,
  flock: nothing(BY_WEBHOOK),
  lark: nothing(BY_WEBHOOK),
  webex: nothing(BY_WEBHOOK),
  hipchat: nothing('is no more: choose another channel'),
};

export const HANDLERS = Object.keys(MAKERS);

/** Written out and not filled in, or switched off, is not used. */
export function isUsed(fields: Fields | undefined): boolean {
  if (fields === undefined || fields.text('enabled')?.toLowerCase() === 'false') return false;
  return fields.names().some((name) => name !== 'enabled' && fields.has(name));
}

export function handlerTarget(name: string, fields: Fields, notes: Notes): Target | null {
  return MAKERS[name]?.(fields, notes) ?? null;
}

function slack(fields: Fields, notes: Notes): Target | null {
  const botToken = fields.text('token');
  const to = fields.text('channel');
  tellWording(fields, ['title'], notes);
  if (botToken !== undefined && to !== undefined) return channel('slack', { botToken, channel: to });
  notes.missing(
    fields.path,
    'lacks token or channel (it may have had them from SLACK_TOKEN and SLACK_CHANNEL): add the channel by hand',
  );
  return null;
}

function slackwebhook(fields: Fields, notes: Notes): Target | null {
  for (const name of ['channel', 'username', 'emoji'].filter((one) => fields.has(one))) {
    notes.changed(fields.at(name), 'is said by the webhook itself, as Slack made it');
  }
  fields.settle('channel', 'username', 'emoji');
  return ofUrl(fields, 'slackwebhookurl', notes, (url, path) =>
    channel('slack', { webhookUrl: urlOrPlaceholder(url, path, notes) }),
  );
}

function webhook(fields: Fields, notes: Notes): Target | null {
  if (fields.flag('tlsskip')) {
    notes.missing(
      fields.at('tlsskip'),
      'has no counterpart: certificates are always checked; write that of the CA (PEM) as ca',
    );
  }
  if (fields.has('cert')) notes.todo(fields.at('cert'), 'is a file: write what is in it (PEM) as ca of the channel');
  fields.settle('cert');
  return ofUrl(fields, 'url', notes, (url, path) => webhookTarget({ url, path }, notes));
}

function cloudevent(fields: Fields, notes: Notes): Target | null {
  notes.changed(
    fields.path,
    'got a CloudEvent for each change; the channel sends Tattle’s own body for each turn of an incident',
  );
  return ofUrl(fields, 'url', notes, (url, path) => webhookTarget({ url, path }, notes));
}

/** Mattermost reads what is written for Slack. */
function mattermost(fields: Fields, notes: Notes): Target | null {
  for (const name of ['room', 'channel', 'username'].filter((one) => fields.has(one))) {
    notes.changed(fields.at(name), 'is said by the webhook itself, as Mattermost made it');
  }
  fields.settle('room', 'channel', 'username');
  return ofUrl(fields, 'url', notes, (url, path) => {
    notes.todo(
      path,
      'is a channel of type slack, whose form Mattermost reads in part: send a test, and use a webhook through n8n where it does not look right',
    );
    return channel('slack', { webhookUrl: urlOrPlaceholder(url, path, notes) });
  });
}

function ofUrl(
  fields: Fields,
  name: string,
  notes: Notes,
  make: (url: string, path: string, notes: Notes) => Target | null,
): Target | null {
  fields.settle('enabled');
  const url = fields.text(name);
  if (url !== undefined) return make(url, fields.at(name), notes);
  notes.missing(fields.at(name), 'is empty (it may have come from the environment): add the channel by hand');
  return null;
}

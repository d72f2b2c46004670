/** Receivers of kubernetes-event-exporter, and what becomes of each kind. */
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';
import { teamsTarget, tellWording, webhookTarget } from '../people.ts';
import { channel, type MakeTarget, nothing, type Target } from '../target.ts';
import { liquidOf } from './layout.ts';
import { SINK_RECEIVERS, webhookSink, without } from './sink-receivers.ts';

const TO_AWS =
  'has no counterpart: a sink of type http or kafka reaches it through a collector such as Vector, Fluent Bit or Kafka Connect';

const PEOPLE: Readonly<Record<string, MakeTarget>> = { slack, teams, opsgenie };

const NOTHING: Readonly<Record<string, MakeTarget>> = {
  kinesis: nothing(TO_AWS),
  firehose: nothing(TO_AWS),
  sqs: nothing(TO_AWS),
  sns: nothing(TO_AWS),
  eventbridge: nothing(TO_AWS),
  opscenter: nothing('has no counterpart: a channel of type webhook reaches it through a function of yours'),
  pubsub: nothing(
    'has no counterpart: a sink of type http or kafka reaches Pub/Sub through a collector such as Vector',
  ),
  bigquery: nothing(
    'has no counterpart: a sink of type http or kafka reaches BigQuery through a collector such as Vector',
  ),
  syslog: nothing('has no counterpart: a sink of type stdout or file, which the log collector of the node passes on'),
  prometheus: nothing('needs no receiver: /metrics counts events and incidents, with their own names and labels'),
  inMemory: nothing('was for tests'),
};

const KINDS: Readonly<Record<string, MakeTarget>> = { ...PEOPLE, ...SINK_RECEIVERS, ...NOTHING };

/**
 * `isDump`: everything goes to it, so that a webhook collects events rather than telling people. Null where nothing can be made of
 * it, which is told.
 */
export function receiverTarget(receiver: Fields, isDump: boolean, notes: Notes): Target | null {
  const kinds = receiver
    .names()
    .filter((name) => name !== 'name' && (Object.hasOwn(KINDS, name) || name === 'webhook'));
  const [kind, ...others] = kinds;
  for (const other of others)
    notes.missing(receiver.at(other), `is not looked at: the receiver is a ${kind ?? ''} already`);
  receiver.settle(...kinds);
  if (kind === undefined) {
    notes.missing(receiver.path, 'has no kind of receiver that is known');
    return null;
  }
  const fields = receiver.fields(kind);
  if (fields === undefined && kind !== 'stdout') {
    notes.missing(receiver.at(kind), 'has no settings');
    return null;
  }
  const settings = fields ?? receiver;
  const make = kind === 'webhook' ? (isDump ? webhookSink : webhook) : KINDS[kind];
  const target = make?.(settings, notes) ?? null;
  if (settings !== receiver) notes.unknown(settings);
  return target;
}

function webhook(fields: Fields, notes: Notes): Target | null {
  const url = fields.text('endpoint');
  const headers = { values: fields.pairs('headers'), path: fields.at('headers') };
  const template = layoutTemplate(fields, notes);
  if (url === undefined) return without(fields, 'endpoint', notes);
  return webhookTarget({ url, path: fields.at('endpoint'), headers, ...(template !== null && { template }) }, notes);
}

function slack(fields: Fields, notes: Notes): Target | null {
  const botToken = fields.text('token');
  const to = fields.text('channel');
  tellWording(fields, ['message', 'color', 'title', 'author_name', 'footer', 'fields'], notes);
  if (botToken === undefined) return without(fields, 'token', notes);
  if (to === undefined) return without(fields, 'channel', notes);
  if (to.includes('{{')) {
    notes.missing(
      fields.at('channel'),
      'is chosen by a template: make a channel and a route for each owner, with match: [label.owner=…]',
    );
    return null;
  }
  if (to.startsWith('@')) {
    notes.missing(
      fields.at('channel'),
      'is a person by name, which Slack has given up: write the id of their direct messages (D…)',
    );
    return null;
  }
  return channel('slack', { botToken, channel: to });
}

function teams(fields: Fields, notes: Notes): Target | null {
  const url = fields.text('endpoint');
  fields.pairs('headers');
  tellLayout(fields, notes);
  return url === undefined ? without(fields, 'endpoint', notes) : teamsTarget(url, fields.at('endpoint'), notes);
}

function opsgenie(fields: Fields, notes: Notes): Target | null {
  const apiKey = fields.text('apiKey');
  const apiUrl = fields.text('URL');
  tellWording(fields, ['message', 'alias', 'description', 'tags', 'details', 'priority'], notes);
  if (apiKey === undefined) return without(fields, 'apiKey', notes);
  notes.changed(
    fields.path,
    'opens one alert an incident, and closes it at the end; its priority follows the severity',
  );
  return channel('opsgenie', { apiKey, ...(apiUrl !== undefined && { url: withScheme(apiUrl) }) });
}

function withScheme(host: string): string {
  return /^https?:/.test(host) ? host : `https://${host}`;
}

/** Null where there is none, or none that can be said in Liquid. */
function layoutTemplate(fields: Fields, notes: Notes): string | null {
  const template = fields.has('layout') ? liquidOf(fields.value('layout')) : null;
  if (template === null) tellLayout(fields, notes);
  else notes.taken(fields.at('layout'), 'is the template of the channel, over the event that the incident turned with');
  fields.settle('streamName');
  return template;
}

function tellLayout(fields: Fields, notes: Notes): void {
  if (fields.has('layout')) {
    notes.changed(
      fields.at('layout'),
      'is not taken, since it holds more than names of parts: write a template (Liquid), or change what reads it',
    );
  }
  fields.settle('layout', 'streamName');
}

/** Receivers of kubernetes-event-exporter that collect events, as sinks. */
import { withoutCredentials } from '../credentials.ts';
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';
import { ownHeaders } from '../people.ts';
import { urlOrPlaceholder } from '../placeholders.ts';
import type { Settings } from '../draft.ts';
import { type MakeTarget, sink, type Target } from '../target.ts';
import { collectedIndex } from './index-name.ts';

export const SINK_RECEIVERS: Readonly<Record<string, MakeTarget>> = {
  elasticsearch: search,
  opensearch: search,
  loki,
  kafka,
  file,
  stdout: (fields, notes) => {
    tellForm(fields, notes);
    return sink('stdout', {});
  },
  pipe,
};

/** Of one that everything goes to. */
export function webhookSink(fields: Fields, notes: Notes): Target | null {
  const given = fields.text('endpoint');
  const headers = fields.pairs('headers');
  tellForm(fields, notes);
  if (given === undefined) return without(fields, 'endpoint', notes);
  notes.changed(
    fields.path,
    'gets every event, and so is a sink of type http: several events in a request, a line of JSON each',
  );
  return sink('http', { ...addressOf(given, fields.at('endpoint'), notes), ...headersOf(headers, fields, notes) });
}

function search(fields: Fields, notes: Notes): Target | null {
  const [host, ...others] = fields.texts('hosts');
  const basic = loginOf(fields);
  const apiKey = fields.text('apiKey');
  const headers = fields.pairs('headers');
  const index = collectedIndex(fields, notes);
  tellForm(fields, notes);
  tellTls(fields.fields('tls'), notes);
  if (fields.has('useEventID'))
    notes.changed(
      fields.at('useEventID'),
      'each increment of an event’s count is a document of its own, with an id that is the same however often it is sent',
    );
  fields.settle('useEventID', 'type');
  if (fields.has('cloudID'))
    notes.missing(fields.at('cloudID'), 'has no counterpart: write the address of the deployment as url');
  fields.settle('cloudID');
  if (host === undefined) return without(fields, 'hosts', notes);
  if (others.length > 0)
    notes.changed(
      fields.at('hosts'),
      'has several: the sink has one address, the first; put a load balancer in front of them',
    );
  const address = addressOf(host, fields.at('hosts'), notes);
  const credentials = apiKey === undefined ? { basic } : { apiKey };
  return sink('elasticsearch', { ...credentials, ...address, ...index, ...headersOf(headers, fields, notes) });
}

function loki(fields: Fields, notes: Notes): Target | null {
  const given = fields.text('url');
  const headers = fields.pairs('headers');
  const labels = fields.pairs('streamLabels');
  tellForm(fields, notes);
  tellTls(fields.fields('tls'), notes);
  if (given === undefined) return without(fields, 'url', notes);
  const { url, ...login } = addressOf(given, fields.at('url'), notes);
  const templated = Object.entries(labels).filter(([, value]) => value.includes('{{'));
  for (const [name] of templated) {
    notes.changed(
      `${fields.path}.streamLabels.${name}`,
      'is a template: labels of the sink are cluster, namespace, severity and type; the rest is metadata of the line',
    );
  }
  const fixed = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '' && !value.includes('{{')));
  return sink('loki', {
    url,
    ...login,
    ...(Object.keys(fixed).length > 0 && { staticLabels: fixed }),
    ...headersOf(headers, fields, notes),
  });
}

const MECHANISMS: ReadonlyMap<string, string> = new Map([
  ['sha512', 'SCRAM-SHA-512'],
  ['sha256', 'SCRAM-SHA-256'],
  ['plain', 'PLAIN'],
]);

function kafka(fields: Fields, notes: Notes): Target | null {
  const brokers = fields.texts('brokers');
  const topic = fields.text('topic');
  const compression = fields.text('compressionCodec');
  const tls = fields.fields('tls');
  const sasl = fields.fields('sasl');
  tellForm(fields, notes);
  for (const name of ['clientId', 'version'].filter((one) => fields.has(one)))
    notes.changed(fields.at(name), 'needs no counterpart');
  if (fields.has('avro')) notes.missing(fields.at('avro'), 'has no counterpart: events are sent as JSON');
  fields.settle('clientId', 'version', 'avro');
  const isSecure = tls?.flag('enable') === true;
  if (isSecure) tellTls(tls, notes);
  return brokers.length === 0
    ? without(fields, 'brokers', notes)
    : sink('kafka', { brokers, topic, compression, ...(isSecure && { tls: {} }), sasl: saslOf(sasl, notes) });
}

function saslOf(sasl: Fields | undefined, notes: Notes): Settings | undefined {
  if (sasl === undefined) return undefined;
  if (!sasl.flag('enable')) {
    sasl.settle(...sasl.names());
    return undefined;
  }
  const named = sasl.text('mechanism')?.toLowerCase() ?? 'plain';
  const mechanism = MECHANISMS.get(named);
  const [username, password] = [sasl.text('username'), sasl.text('password')];
  notes.unknown(sasl);
  if (mechanism !== undefined) return { mechanism, username, password };
  notes.missing(sasl.at('mechanism'), 'is none that Tattle speaks: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512');
  return undefined;
}

function file(fields: Fields, notes: Notes): Target | null {
  const path = fields.text('path');
  const megabytes = fields.number('maxsize');
  const keep = fields.number('maxbackups');
  tellForm(fields, notes);
  if (fields.has('maxage'))
    notes.missing(fields.at('maxage'), 'has no counterpart: rotated files go by their number (keep)');
  fields.settle('maxage');
  if (path === undefined) return without(fields, 'path', notes);
  return sink('file', {
    path,
    ...(megabytes !== undefined && megabytes > 0 && { maxBytes: Math.trunc(megabytes * 1_048_576) }),
    ...(keep !== undefined && keep > 0 && { keep: Math.min(100, Math.trunc(keep)) }),
  });
}

function pipe(fields: Fields, notes: Notes): Target | null {
  const path = fields.text('path');
  tellForm(fields, notes);
  if (path === undefined) return without(fields, 'path', notes);
  if (path === '/dev/stdout') return sink('stdout', {});
  notes.missing(fields.at('path'), 'is a pipe: a sink writes to standard output or a file');
  return null;
}

/** What stands in a document is Tattle's own. */
function tellForm(fields: Fields, notes: Notes): void {
  if (fields.has('layout')) {
    notes.changed(
      fields.at('layout'),
      'is not taken: what is sent is a document of Tattle’s (tattle.event/v1); change what reads it',
    );
  }
  if (fields.has('deDot')) notes.changed(fields.at('deDot'), 'has no counterpart: labels keep their dots');
  if (fields.has('sentUpdateEvent'))
    notes.changed(fields.at('sentUpdateEvent'), 'needs no counterpart: each increment of a count is sent');
  fields.settle('layout', 'deDot', 'sentUpdateEvent', 'streamName');
}

export function without(fields: Fields, name: string, notes: Notes): null {
  notes.missing(fields.at(name), 'is empty: without it there is nothing to send to');
  return null;
}

function addressOf(given: string, path: string, notes: Notes): Settings & { readonly url: string } {
  const { url, basic } = withoutCredentials(urlOrPlaceholder(given, path, notes));
  if (basic !== undefined) notes.changed(path, 'had credentials in the URL, which are in basic now');
  return { url, ...(basic !== undefined && { basic }) };
}

function loginOf(fields: Fields): { readonly username: string; readonly password: string } | undefined {
  const [username, password] = [fields.text('username'), fields.text('password')];
  return username === undefined || password === undefined ? undefined : { username, password };
}

function headersOf(headers: Readonly<Record<string, string>>, fields: Fields, notes: Notes): Settings {
  const own = ownHeaders(headers, fields.at('headers'), notes);
  return Object.keys(own).length === 0 ? {} : { headers: own };
}

function tellTls(tls: Fields | undefined, notes: Notes): void {
  if (tls === undefined) return;
  if (tls.flag('insecureSkipVerify')) {
    notes.missing(
      tls.at('insecureSkipVerify'),
      'has no counterpart: certificates are always checked; write that of the CA (PEM) as ca',
    );
  }
  for (const name of ['caFile', 'certFile', 'keyFile'].filter((one) => tls.has(one))) {
    notes.todo(tls.at(name), 'is a file: write what is in it (PEM) into the settings of the sink');
  }
  if (tls.has('serverName'))
    notes.missing(tls.at('serverName'), 'has no counterpart: the certificate must name the host of the URL');
  tls.settle('enable', 'caFile', 'certFile', 'keyFile', 'serverName');
  notes.unknown(tls);
}

/** NATS JetStream: each record is published under its id and waits for the stream's acknowledgement. */
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Refusal, Sink, SinkOutcome, SinkRecord } from '../../model/sink.ts';
import { connectionMeaning } from '../connection-words.ts';
import { firstOf } from '../first-of.ts';
import { defineSink } from '../sink-type.ts';
import { type NatsSettings, natsSettings } from './settings.ts';
import { subjectOf } from './subject.ts';

/** Publishing waits for an acknowledgement: so many different things are on their way at once. */
const AT_ONCE = 64;

interface Connected {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
}

export const nats = defineSink({
  type: 'nats',
  schema: natsSettings,
  secrets: ['token', 'password', 'credentials', 'tls.ca', 'tls.cert', 'tls.key'],
  target: ({ servers, stream }) => `${firstOf(servers)}${stream === undefined ? '' : `, stream ${stream}`}`,
  create: (settings) => new NatsSink(settings),
});

class NatsSink implements Sink {
  readonly type = 'nats';
  readonly name: string;
  readonly #settings: NatsSettings;
  #connected: Promise<Connected> | null = null;

  constructor(settings: NatsSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  async send(batch: readonly SinkRecord[], signal: AbortSignal): Promise<SinkOutcome> {
    let connected: Connected;
    try {
      connected = await (this.#connected ??= connect(this.#settings));
      if (connected.connection.isClosed()) throw new Error('closed');
    } catch (error) {
      await this.close();
      return { kind: 'retry', error: `NATS: cannot connect (${explained(error)})` };
    }
    const publishing = new Publishing(connected, this.#settings, signal);
    return publishing.all(batch);
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = null;
    await connected?.then(({ connection }) => connection.close()).catch(() => undefined);
  }
}

class Publishing {
  readonly #connected: Connected;
  readonly #settings: NatsSettings;
  readonly #signal: AbortSignal;
  readonly #done = new Set<SinkRecord>();
  readonly #refused: Refusal[] = [];
  #error = '';

  constructor(connected: Connected, settings: NatsSettings, signal: AbortSignal) {
    this.#connected = connected;
    this.#settings = settings;
    this.#signal = signal;
  }

  /** What has one key goes one after the other. */
  async all(batch: readonly SinkRecord[]): Promise<SinkOutcome> {
    const lines = [...Map.groupBy(batch, ({ key }) => key).values()];
    const worker = async () => {
      for (let line = lines.shift(); line !== undefined; line = lines.shift()) await this.#line(line);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, lines.length) }, worker));
    const refused = this.#refused;
    if (this.#error === '') return { kind: 'taken', refused };
    return { kind: 'retry', error: this.#error, left: batch.filter((record) => !this.#done.has(record)), refused };
  }

  /** After a failure nothing more is begun. */
  async #line(records: readonly SinkRecord[]): Promise<void> {
    for (const record of records) {
      if (this.#signal.aborted) this.#error ||= 'NATS: stopped';
      if (this.#error !== '') return;
      await this.#publish(record);
    }
  }

  async #publish(record: SinkRecord): Promise<void> {
    const { subject, incidentSubject, stream: streamName, timeoutSeconds } = this.#settings;
    const { connection, stream } = this.#connected;
    const most = connection.info?.max_payload;
    // Headers count, too.
    if (most !== undefined && Buffer.byteLength(record.json) + 1_024 > most) {
      this.#refused.push({ record, reason: `NATS: larger than the server takes (${String(most)} bytes)` });
      this.#done.add(record);
      return;
    }
    try {
      await stream.publish(subjectOf(record.kind === 'event' ? subject : incidentSubject, record), record.json, {
        msgID: record.document.id,
        timeout: timeoutSeconds * 1000,
        ...(streamName !== undefined && { expect: { streamName } }),
      });
      this.#done.add(record);
    } catch (error) {
      this.#error ||= `NATS: ${explained(error)}`;
    }
  }
}

/** Loaded only where NATS is configured. */
async function connect(settings: NatsSettings): Promise<Connected> {
  const [{ connect: open, credsAuthenticator }, { jetstream }] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
  ]);
  const { token, username, password, credentials, tls, timeoutSeconds } = settings;
  const connection = await open({
    servers: [...settings.servers],
    name: `tattle-${settings.name}`,
    timeout: timeoutSeconds * 1000,
    // A connection that is lost is made anew by the next batch, which the runner times.
    reconnect: false,
    ...(token !== undefined && { token }),
    ...(username !== undefined && { user: username }),
    ...(password !== undefined && { pass: password }),
    ...(credentials !== undefined && { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) }),
    ...(tls !== undefined && { tls: { ...tls } }),
  });
  return { connection, stream: jetstream(connection) };
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['JetStreamNotEnabled', 'no stream takes the subject, or JetStream is off'],
  ['AuthorizationError', 'the server refuses these credentials'],
  ['PermissionViolationError', 'this user may not publish to the subject'],
]);

/** Texts of the client may hold a server's URL: what is known of a kind of error is said in words of our own. */
function explained(error: unknown): string {
  const causes = causesOf(error);
  const known = causes.map(({ name }) => MEANINGS.get(name)).find(Boolean);
  return known ?? connectionMeaning(causes.map(({ code }) => code)) ?? causes[0]?.name ?? typeof error;
}

function causesOf(error: unknown, depth = 0): readonly { readonly name: string; readonly code: string }[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const code: unknown = Reflect.get(error, 'code');
  return [{ name: error.name, code: typeof code === 'string' ? code : '' }, ...causesOf(error.cause, depth + 1)];
}

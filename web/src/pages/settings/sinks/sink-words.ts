/** What a sink says of itself, in words: how it stands, what it takes, what to do. Pure. */
import type { WireSink } from '@tattle/contract';
import { counted } from '../../../design/numbers.ts';
import { longDuration } from '../../../time/format.ts';

export type Tone = 'good' | 'neutral' | 'warning' | 'problem';

/** The word of its state, and how it is meant. */
export function stateOf({ state, stage }: Pick<WireSink, 'state' | 'stage'>): {
  readonly tone: Tone;
  readonly word: string;
} {
  switch (state) {
    case 'failing':
      return { tone: 'problem', word: 'Failing' };
    case 'stopped':
      return { tone: 'problem', word: 'Not running' };
    case 'behind':
      return stage === 'catching-up' ? { tone: 'neutral', word: 'Catching up' } : { tone: 'warning', word: 'Behind' };
    case 'well':
      return stage === 'catching-up' ? { tone: 'neutral', word: 'Catching up' } : { tone: 'good', word: 'Up to date' };
  }
}

/** A sink looks once a second, and what it tells is some seconds old. */
const AT_MOST_A_MOMENT_S = 15;

/** How far behind; empty where it has everything. */
export function behindWords({ behindSeconds, waiting }: Pick<WireSink, 'behindSeconds' | 'waiting'>): string {
  if (behindSeconds <= AT_MOST_A_MOMENT_S) return '';
  const time = `${longDuration(behindSeconds * 1000)} behind`;
  return waiting === 0 ? time : `${time}, ${counted(waiting, 'batch', 'batches')} to go`;
}

const INCLUDES = { both: 'Events and incidents', events: 'Events', incidents: 'Incidents' };
const MOST_NAMES = 4;

/** `Events and incidents, high and worse, in shop, kube-*`. */
export function takesWords({ include, minimumSeverity, namespaces }: WireSink['takes']): string {
  const parts = [INCLUDES[include]];
  if (minimumSeverity !== 'info') {
    parts.push(minimumSeverity === 'critical' ? 'critical alone' : `${minimumSeverity} and worse`);
  }
  if (namespaces !== null) {
    const names = namespaces.map((name) => (name === '' ? 'no namespace' : name));
    const more = names.length - MOST_NAMES;
    parts.push(`in ${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`);
  }
  return parts.join(', ');
}

/** By what the last error says, the first that fits. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^sinks\[\d+\]\./,
    'Put the secret into that file, or correct its path in the configuration. It is read again within seconds.',
  ],
  [
    /^HTTP 40[13]\b|AUTH|refuses these credentials/,
    'It does not accept the credentials. Mend them where the configuration has them.',
  ],
  [/^HTTP 3\d\d\b/, 'Write the address that it leads to into the configuration: redirects are not followed.'],
  [
    /^HTTP (404|410)\b/,
    'Nothing answers at this address. Check the URL, and the index, topic or database that it names.',
  ],
  [/^HTTP 429\b/, 'It asks for fewer records. Tattle waits as long as it says; look there if that goes on.'],
  [/^HTTP (400|413|422)\b/, 'It refuses what is sent. Check that the URL and the type of the sink fit what is there.'],
  [/^HTTP 5\d\d\b/, 'The other side is in trouble: look there. What waits is sent once it answers.'],
  [/may not (write|publish)/, 'Give its user that right on the other side.'],
  [/topic is missing/, 'Make the topic there, or let the sink make it: createTopics.'],
  [
    /CERT_HAS_EXPIRED|ALTNAME_INVALID|certificate .*(another name|has expired)/,
    'Renew its certificate, or send to the name that it is for.',
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|certificate|TLS/i,
    'Its certificate is not trusted. Give the authority that signed it as ca, or caFile.',
  ],
  [/cannot write the file/, 'Check that the folder is there, may be written to, and is not full.'],
  [/NO_STREAM|no stream takes/i, 'Make the stream, or let its subjects hold those of the sink.'],
  [
    /timeout|ECONN|ENOTFOUND|EAI_AGAIN|EHOST|ENET|connection|cannot connect|KFK_NETWORK/i,
    'It cannot be reached from here. Check its name and port, that it runs, and that no network policy is in between.',
  ],
];

const TRIED_AGAIN = 'It is tried again until it is taken.';
const UNTIL_THEN = 'Nothing is lost until then.';

/** What to do about its state; empty where there is nothing to do. */
export function adviceFor({ state, stage, lastError }: Pick<WireSink, 'state' | 'stage' | 'lastError'>): string {
  switch (state) {
    case 'failing':
      return `${ADVICE.find(([pattern]) => pattern.test(lastError?.error ?? ''))?.[1] ?? TRIED_AGAIN} ${UNTIL_THEN}`;
    case 'stopped':
      return 'No process runs it. After a restart another takes it within half a minute; where that goes on, look at the log.';
    case 'behind':
      return stage === 'catching-up'
        ? ''
        : 'More comes than the other side takes. Give it more room, or let the sink take less: a higher severity, fewer namespaces.';
    case 'well':
      return '';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  http: 'HTTP',
  loki: 'Loki',
  elasticsearch: 'Elasticsearch',
  clickhouse: 'ClickHouse',
  otlp: 'OpenTelemetry',
  kafka: 'Kafka',
  nats: 'NATS JetStream',
  file: 'File',
  stdout: 'Log',
};

/** `Loki`; one that these pages do not know stands as it is. */
export function typeWords(type: string): string {
  return Object.hasOwn(TYPES, type) ? (TYPES[type] ?? type) : type;
}

/** `BackOff of Pod shop/cart-1`, or the title of an incident; empty where the record is cut. */
export function titleOf(document: string): string {
  const record = recordOf(document);
  if (record === null) return '';
  if ('title' in record) return String(record.title);
  if (!('reason' in record && 'object' in record)) return '';
  const { kind = '', namespace = '', name = '' } = record.object as Readonly<Record<string, string>>;
  return `${String(record.reason)} of ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** The record as a value to read; null where it is cut, or nothing to read. */
export function recordOf(document: string): object | null {
  try {
    const value: unknown = JSON.parse(document);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** What an error of the Kafka client means for a batch. */
import type { SinkOutcome } from '../../model/sink.ts';
import { connectionMeaning } from '../connection-words.ts';

/** The broker takes no message of this size, or none with this content. */
const OF_THE_RECORDS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

/** What to look at first; the first that is among the codes. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['SASL_AUTHENTICATION_FAILED', 'the broker refuses these credentials: look at sasl'],
  ['UNSUPPORTED_SASL_MECHANISM', 'the broker does not take this sasl.mechanism'],
  ['TOPIC_AUTHORIZATION_FAILED', 'this user may not write to the topic'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'this user may not write idempotently: allow IdempotentWrite on the cluster'],
  ['UNKNOWN_TOPIC', 'a topic is missing: make it, or set createTopics'],
]);

/** Codes of the protocol and of the client; their texts may name hosts, and are left out. */
export function kafkaFailure(error: unknown): SinkOutcome {
  const codes = [...new Set(codesOf(error, 0))];
  const meaning = codes.map((code) => MEANINGS.get(code)).find(Boolean) ?? connectionMeaning(codes);
  const listed = codes.length === 0 ? 'the client failed' : codes.join(', ');
  const told = `Kafka: ${meaning === undefined ? listed : `${meaning} (${listed})`}`;
  if (codes.some((code) => OF_THE_RECORDS.has(code))) return { kind: 'refused', error: told, certain: true };
  return { kind: 'retry', error: told };
}

function codesOf(error: unknown, depth: number): readonly string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const inner = [error.cause, ...(error instanceof AggregateError ? (error.errors as unknown[]) : [])];
  const own = ['apiId', 'code'].flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' && /^[A-Z0-9_]{1,60}$/.test(value) ? [value] : [];
  });
  // The client has no code of its own for it.
  if (error.message.startsWith('Unknown topic')) own.push('UNKNOWN_TOPIC');
  return [...own, ...inner.flatMap((each) => codesOf(each, depth + 1))];
}

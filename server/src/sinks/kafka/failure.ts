/** What an error of the Kafka client means for a batch. */
import type { SinkOutcome } from '../../model/sink.ts';

/** The broker takes no message of this size, or none with this content. */
const OF_THE_RECORDS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

/** Codes of the protocol and of the client; their texts may name hosts, and are left out. */
export function kafkaFailure(error: unknown): SinkOutcome {
  const codes = [...new Set(codesOf(error, 0))];
  const told = `Kafka: ${codes.length === 0 ? 'the client failed' : codes.join(', ')}`;
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
  return [...own, ...inner.flatMap((each) => codesOf(each, depth + 1))];
}

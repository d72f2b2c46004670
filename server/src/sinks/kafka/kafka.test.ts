import { describe, expect, it } from 'vitest';
import { eventOf } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { kafkaFailure } from './failure.ts';
import { kafka } from './kafka.ts';

describe('a failure of Kafka', () => {
  const error = (message: string, more: object, cause?: Error) => Object.assign(new Error(message, { cause }), more);

  it('is about the records, or to be tried again', () => {
    const large = new AggregateError(
      [error('secret.host:9092', { apiId: 'MESSAGE_TOO_LARGE', code: 'PLT_KFK_PROTOCOL' })],
      'x',
    );
    expect(kafkaFailure(error('y', { code: 'PLT_KFK_MULTIPLE' }, large))).toEqual({
      kind: 'refused',
      error: 'Kafka: PLT_KFK_MULTIPLE, MESSAGE_TOO_LARGE, PLT_KFK_PROTOCOL',
      certain: true,
    });
    expect(kafkaFailure(error('to secret.host', { code: 'PLT_KFK_NETWORK' }))).toEqual({
      kind: 'retry',
      error: 'Kafka: PLT_KFK_NETWORK',
    });
    expect(kafkaFailure(error('at secret.host', { code: 'ECONNREFUSED' }))).toEqual({
      kind: 'retry',
      error: 'Kafka: nothing listens there (ECONNREFUSED)',
    });
    expect(kafkaFailure(error('Unknown topic secret.', { code: 'PLT_KFK_USER' }))).toEqual({
      kind: 'retry',
      error: 'Kafka: a topic is missing: make it, or set createTopics (PLT_KFK_USER, UNKNOWN_TOPIC)',
    });
    expect(kafkaFailure('what')).toEqual({ kind: 'retry', error: 'Kafka: the client failed' });
  });
});

it('keeps everything for another try where nobody listens, and says no more than that', async () => {
  const sasl = { mechanism: 'PLAIN', username: 'u', password: 's3cr3t-passw0rd' };
  const settings = { type: 'kafka', name: 'out', brokers: ['127.0.0.1:1'], sasl, timeoutSeconds: 1 };
  const sink = kafka.create(settings, contextForTests());
  const outcome = await sink.send([eventOf(1)], new AbortController().signal);
  expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining('Kafka') as string });
  expect(JSON.stringify(outcome)).not.toContain('s3cr3t');
  await sink.close();
});

it.each([
  ['brokers', { brokers: ['kafka'] }],
  ['brokers', { brokers: [] }],
  ['sasl', { sasl: { mechanism: 'PLAIN', username: 'u' } }],
  ['topic', { topic: 'a b' }],
])('refuses wrong %s', (path, more) => {
  const parsed = kafka.schema.safeParse({ type: 'kafka', name: 'out', brokers: ['h:1'], ...more });
  expect(parsed.error?.issues[0]?.path[0]).toBe(path);
});

/** Apache Kafka: an idempotent producer that waits for all replicas in sync; what belongs together has one key, and so one order. */
import type { Producer } from '@platformatic/kafka';
import type { Sink, SinkOutcome, SinkRecord } from '../../model/sink.ts';
import { firstOf } from '../first-of.ts';
import { defineSink } from '../sink-type.ts';
import { kafkaFailure } from './failure.ts';
import { type KafkaSettings, kafkaSettings } from './settings.ts';

type TextProducer = Producer<string, string, string, string>;

const ALL_IN_SYNC = -1;

export const kafka = defineSink({
  type: 'kafka',
  schema: kafkaSettings,
  secrets: ['sasl.password', 'sasl.token', 'tls.ca', 'tls.cert', 'tls.key'],
  target: ({ brokers, topic }) => `${firstOf(brokers)}, topic ${topic}`,
  create: (settings) => new KafkaSink(settings),
});

class KafkaSink implements Sink {
  readonly type = 'kafka';
  readonly name: string;
  readonly #settings: KafkaSettings;
  #producer: Promise<TextProducer> | null = null;

  constructor(settings: KafkaSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  async send(batch: readonly SinkRecord[], signal: AbortSignal): Promise<SinkOutcome> {
    const onAbort = () => {
      this.close().catch(() => undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const producer = await (this.#producer ??= connect(this.#settings));
      await producer.send({
        messages: batch.map((record) => messageOf(record, this.#settings)),
        acks: ALL_IN_SYNC,
        idempotent: true,
      });
      return { kind: 'taken' };
    } catch (error) {
      // Which of its numbers were used is not known any more: a new producer begins anew.
      await this.close();
      return kafkaFailure(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.then((each) => each.close(true)).catch(() => undefined);
  }
}

/** Loaded only where Kafka is configured. Connections are made by the first batch. */
async function connect(settings: KafkaSettings): Promise<TextProducer> {
  const { Producer, stringSerializers } = await import('@platformatic/kafka');
  const { tls, sasl, timeoutSeconds } = settings;
  const producer = new Producer<string, string, string, string>({
    clientId: `tattle-${settings.name}`,
    bootstrapBrokers: [...settings.brokers],
    serializers: stringSerializers,
    autocreateTopics: settings.createTopics,
    compression: settings.compression,
    timeout: timeoutSeconds * 1000,
    connectTimeout: timeoutSeconds * 1000,
    requestTimeout: timeoutSeconds * 1000,
    // Leaders move; everything else is tried again by the runner, who waits longer.
    retries: 2,
    retryDelay: 250,
    ...(tls !== undefined && { tls: { ...tls } }),
    ...(sasl !== undefined && { sasl: { ...sasl } }),
  });
  // It is none yet, which the client says with 0: some brokers look for a producer of that number.
  try {
    await producer.initIdempotentProducer({ producerId: -1n, producerEpoch: -1 });
    return producer;
  } catch (error) {
    await producer.close(true).catch(() => undefined);
    throw error;
  }
}

function messageOf(record: SinkRecord, { topic, incidentTopic }: KafkaSettings) {
  return {
    topic: record.kind === 'event' ? topic : incidentTopic,
    key: record.key,
    value: record.json,
    headers: { id: record.document.id, schema: record.document.schema },
    timestamp: BigInt(record.at),
  };
}

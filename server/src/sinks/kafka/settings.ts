/** What can be set for Kafka. */
import { z } from 'zod';
import { headerText, sinkSettings } from '../settings.ts';
import { tlsSettings } from '../tls-settings.ts';

const topic = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, 'must be letters, digits, dots, dashes and _');

const broker = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be host:port');

export const kafkaSettings = sinkSettings('kafka', {
  brokers: z.array(broker).min(1).max(50),
  topic: topic.default('tattle-events'),
  incidentTopic: topic.default('tattle-incidents'),
  /** Whether brokers are asked to make a topic that is missing. */
  createTopics: z.boolean().default(false),
  compression: z.enum(['none', 'gzip', 'lz4', 'zstd', 'snappy']).default('none'),
  tls: tlsSettings.exactOptional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']),
      username: headerText.exactOptional(),
      password: headerText.exactOptional(),
      token: headerText.exactOptional(),
    })
    .refine(
      ({ mechanism, username, password, token }) =>
        mechanism === 'OAUTHBEARER' ? token !== undefined : username !== undefined && password !== undefined,
      'needs username and password, or token for OAUTHBEARER',
    )
    .exactOptional(),
  timeoutSeconds: z.number().min(1).max(120).default(30),
});
export type KafkaSettings = z.output<typeof kafkaSettings>;

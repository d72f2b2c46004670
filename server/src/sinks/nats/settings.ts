/** What can be set for NATS. */
import { z } from 'zod';
import { headerText, sinkSettings } from '../settings.ts';
import { tlsSettings } from '../tls-settings.ts';
import { PLACEHOLDERS } from './subject.ts';

const server = z
  .string()
  .max(500)
  .regex(
    /^(nats:\/\/|tls:\/\/)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/,
    'must be nats://host:port, without credentials',
  );

const subject = z
  .string()
  .max(500)
  .regex(
    /^[A-Za-z0-9_-]+(\.([A-Za-z0-9_-]|\{[a-z]+\})+)*$/,
    'must be tokens of letters, digits, - and _, with dots between',
  )
  .refine(
    (text) => [...text.matchAll(/\{([a-z]+)\}/g)].every(([, name]) => PLACEHOLDERS.some((known) => known === name)),
    `knows the placeholders ${PLACEHOLDERS.map((each) => `{${each}}`).join(', ')}`,
  );

export const natsSettings = sinkSettings('nats', {
  servers: z.array(server).min(1).max(50),
  subject: subject.default('tattle.{cluster}.{namespace}.{kind}'),
  incidentSubject: subject.default('tattle.{cluster}.{namespace}.incident'),
  /** The stream that must take it, where more than one could. */
  stream: z
    .string()
    .regex(/^[^\s.*>/\\]{1,200}$/, 'is no name of a stream')
    .exactOptional(),
  token: headerText.exactOptional(),
  username: headerText.exactOptional(),
  password: headerText.exactOptional(),
  /** What a .creds file holds: the JWT and the seed. */
  credentials: z.string().min(1).max(100_000).exactOptional(),
  tls: tlsSettings.exactOptional(),
  timeoutSeconds: z.number().min(1).max(120).default(10),
});
export type NatsSettings = z.output<typeof natsSettings>;

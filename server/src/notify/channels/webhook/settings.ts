/** What can be set for a webhook. */
import { z } from 'zod';
import { endpointOf } from '../../../kit/guarded-fetch.ts';
import { readSecret } from './signature.ts';

/** Headers that the channel or the connection writes itself. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is no header name')
  .refine((name) => !OWN_HEADERS.has(name.toLowerCase()), 'is a header that Tattle writes itself');
const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be printable and on one line');

const secret = z.string().superRefine((text, context) => {
  const key = readSecret(text);
  if (typeof key === 'string') context.addIssue({ code: 'custom', message: key });
});

export const webhookSettings = z.strictObject({
  type: z.literal('webhook'),
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes'),
  url: z
    .string()
    .max(4096)
    .refine(
      (url) => endpointOf(url) !== null,
      'must be http(s)://host/path without credentials in it: give those in headers',
    ),
  /** The new one first while a secret rotates: each message then carries both signatures. None: not signed. */
  secrets: z.array(secret).max(2).default([]),
  /** Sent with each message as they are, for example Authorization. */
  headers: z
    .record(headerName, headerValue)
    .refine((headers) => Object.keys(headers).length <= 20, 'must be 20 at the most')
    .default({}),
  /** `event`: the body that event watchers send. `tattle`: the incident with all of its evidence. */
  format: z.enum(['event', 'tattle']).default('event'),
  /** For the whole exchange. */
  timeoutSeconds: z.number().min(1).max(50).default(15),
  /** Certificates (PEM) to trust instead of the system's. */
  ca: z.string().min(1).optional(),
});

export type WebhookSettings = z.output<typeof webhookSettings>;

/** What can be set for a webhook. */
import { z } from 'zod';
import { endpointOf } from '../../../kit/guarded-fetch.ts';
import { channelName } from '../channel-type.ts';
import { ca, template, timeoutSeconds } from '../common-settings.ts';
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

/** What n8n's channel has, too. */
export const endpointSettings = {
  name: channelName,
  url: z
    .string()
    .max(4096)
    .refine(
      (url) => endpointOf(url) !== null,
      'must be http(s)://host/path without credentials in it: give those in headers',
    )
    .describe('Where messages are sent; http(s)://host/path.'),
  secrets: z
    .array(secret)
    .max(2)
    .default([])
    .describe(
      'Sign each message (Standard Webhooks). The new one first while a secret rotates: each message then carries both signatures. None: not signed.',
    ),
  headers: z
    .record(headerName, headerValue)
    .refine((headers) => Object.keys(headers).length <= 20, 'must be 20 at the most')
    .default({})
    .describe('Sent with each message as they are, for example Authorization.'),
  timeoutSeconds,
  ca,
};

export const webhookSettings = z
  .strictObject({
    type: z.literal('webhook'),
    ...endpointSettings,
    format: z
      .enum(['event', 'tattle', 'template'])
      .default('event')
      .describe(
        '`event`: the body that event watchers send. `tattle`: the incident with all of its evidence. `template`: of one’s own.',
      ),
    template: template
      .exactOptional()
      .describe(
        'Liquid over the native body and `message`. For JSON its values are escaped for use within quotes, `"{{ message.why }}"`; whole values go as `{{ incident | json | raw }}`.',
      ),
    contentType: z
      .string()
      .max(200)
      .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)*$/, 'must be a media type such as application/json')
      .default('application/json')
      .describe('Of what the template writes.'),
    method: z.enum(['POST', 'PUT']).default('POST').describe('How it is sent.'),
  })
  .superRefine(({ format, template: source }, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', path: ['template'], message });
    if (format === 'template' && source === undefined) wrong('is needed with the format template');
    if (format !== 'template' && source !== undefined) wrong('is only used with the format template');
  });

export type WebhookSettings = z.output<typeof webhookSettings>;

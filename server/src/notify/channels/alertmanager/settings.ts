/** What can be set for Alertmanager. */
import { z } from 'zod';
import { endpointOf } from '../../../kit/guarded-fetch.ts';
import { TATTLE_MARK } from '../../../model/alert-label.ts';
import { channelName } from '../channel-type.ts';
import { ca, secretText } from '../common-settings.ts';
import { isOwnLabel, LABEL_NAME } from './labels.ts';

/** Headers that the channel or the connection writes itself. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'content-type', 'expect', 'host', 'transfer-encoding']);

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is no header name')
  .refine((name) => !OWN_HEADERS.has(name.toLowerCase()), 'is a header that Tattle writes itself');
const headerValue = z
  .string()
  .max(4096)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be printable and on one line');

const url = z
  .string()
  .max(4096)
  .refine(
    (text) => endpointOf(text) !== null && !/[?#]/.test(text),
    'must be http(s)://host/prefix without credentials or a query in it: give those in headers, basic or bearer',
  )
  .refine((text) => !/\/api\/v[12](\/|$)/.test(text), 'must end before /api/v2: Tattle adds that itself');

const labelName = z
  .string()
  .max(100)
  .regex(LABEL_NAME, 'must be letters, digits and _, and begin with no digit')
  .refine(
    (name) => !isOwnLabel(name),
    `must not be a label that Tattle writes itself, such as severity or ${TATTLE_MARK}`,
  );

export const alertmanagerSettings = z
  .strictObject({
    type: z.literal('alertmanager'),
    name: channelName,
    urls: z
      .array(url)
      .min(1)
      .max(16)
      .describe(
        'Each member of a cluster, with its path prefix where there is one: all of them get every alert, as Prometheus does it.',
      ),
    resolveAfterMinutes: z
      .number()
      .min(2)
      .max(1440)
      .default(5)
      .describe('What is not said again for so long is over in Alertmanager’s eyes. Tattle says it every minute.'),
    labels: z
      .record(labelName, z.string().min(1).max(500))
      .refine((labels) => Object.keys(labels).length <= 20, 'must be 20 at the most')
      .default({})
      .describe('Beside those that Tattle writes, for Alertmanager’s routes: `team`, `source`.'),
    headers: z
      .record(headerName, headerValue)
      .refine((headers) => Object.keys(headers).length <= 20, 'must be 20 at the most')
      .default({})
      .describe('Sent with each request as they are.'),
    basic: z
      .strictObject({ username: z.string().min(1).max(500), password: z.string().max(4096) })
      .exactOptional()
      .describe('User and password, where a proxy in front of it asks for them.'),
    bearer: secretText.exactOptional().describe('A token, where a proxy in front of it asks for one.'),
    timeoutSeconds: z
      .number()
      .min(1)
      .max(30)
      .default(10)
      .describe('Seconds for the exchange with one Alertmanager, after which it counts as failed.'),
    ca,
  })
  .refine(({ basic, bearer }) => basic === undefined || bearer === undefined, {
    path: ['bearer'],
    message: 'and basic exclude each other',
  });

export type AlertmanagerSettings = z.output<typeof alertmanagerSettings>;

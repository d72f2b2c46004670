/** What can be set for every sink, whatever its type, and for every one that speaks HTTP. */
import { z } from 'zod';
import { endpointOf } from '../kit/guarded-fetch.ts';
import { SEVERITIES } from '../model/cluster-event.ts';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes');

/** `*` stands for any run of characters; `""` for what lies in no namespace. */
const namespaces = z.array(z.string().max(253)).min(1).max(1000);

const common = {
  name,
  /** Where it starts when it is new: with what comes, or with all that is stored. */
  from: z.enum(['now', 'beginning']).default('now'),
  include: z.enum(['events', 'incidents', 'both']).default('both'),
  minimumSeverity: z.enum(SEVERITIES).default('info'),
  namespaces: namespaces.exactOptional(),
  batch: z
    .strictObject({
      records: z.int().min(1).max(10_000).default(500),
      /** Of JSON. One record that is larger goes alone. */
      bytes: z.int().min(1024).max(20_000_000).default(1_000_000),
      /** How long it waits for more where there is little. */
      seconds: z.number().min(0.05).max(60).default(1),
    })
    .prefault({}),
};

/** The settings of one type of sink: those of all sinks, and its own. */
export function sinkSettings<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.strictObject({ type: z.literal(type), ...common, ...shape });
}

const commonSettings = z.object(common);
export type CommonSettings = z.output<typeof commonSettings>;

/** For any sink whose own schema has accepted it. */
export function commonOf(settings: unknown): CommonSettings {
  return commonSettings.parse(settings);
}

/** Printable and on one line: what a header can carry. */
export const headerText = z
  .string()
  .min(1)
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be printable and on one line');

/** Headers that the sink or the connection writes itself. */
const OWN_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is no header name')
  .refine((text) => !OWN_HEADERS.has(text.toLowerCase()), 'is a header that Tattle writes itself');

export const httpShape = {
  url: z
    .string()
    .max(4096)
    .refine(
      (url) => endpointOf(url) !== null,
      'must be http(s)://host/path without credentials in it: give those in basic, bearer or headers',
    ),
  headers: z
    .record(headerName, headerText)
    .refine((headers) => Object.keys(headers).length <= 20, 'must be 20 at the most')
    .default({}),
  basic: z.strictObject({ username: headerText, password: headerText }).exactOptional(),
  bearer: headerText.exactOptional(),
  /** Certificates (PEM) to trust instead of the system's. */
  ca: z.string().min(1).max(1_000_000).exactOptional(),
  gzip: z.boolean().default(false),
  /** For the whole exchange. */
  timeoutSeconds: z.number().min(1).max(300).default(30),
};

/** What of these may lie in a file. */
export const HTTP_SECRETS: readonly string[] = ['basic.password', 'bearer', 'ca', 'headers'];

/** `https://host:port`: a path, or a query, may hold a key. */
export function hostOf({ url }: { readonly url: string }): string {
  return new URL(url).origin;
}

export type HttpSettings = z.output<z.ZodObject<typeof httpShape>>;

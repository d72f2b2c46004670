/** What a configuration can say about where Tattle sends traces and metrics of its own. */
import { z } from 'zod';

/** Credentials belong in `headers`, which no message ever quotes. */
const otlpUrl = z
  .string()
  .max(4096)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, search, hash, username, password } = new URL(text);
    return ['http:', 'https:'].includes(protocol) && search + hash + username + password === '';
  }, 'must be http(s)://host:port of OTLP over HTTP (often port 4318), with a path where it has one, without credentials');

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/, 'must be names of HTTP headers');
const headerValue = z.string().regex(/^[\x20-\x7e]{0,8192}$/, 'must be printable ASCII');
const attribute = z.union([z.string().max(1024), z.number(), z.boolean()], {
  error: 'must be text, a number or a boolean',
});

export const telemetrySchema = z.strictObject({
  /** Base of a collector; `/v1/traces` and `/v1/metrics` are appended. Without it, nothing is sent. */
  otlpUrl: otlpUrl.exactOptional(),
  /** Sent with each request: what the collector wants to know one by. */
  headers: z.record(headerName, headerValue).default({}),
  /** Certificates (PEM) to trust instead of the system's. */
  ca: z.string().min(1).max(1_000_000).exactOptional(),
  traces: z.boolean().default(true),
  metrics: z.boolean().default(true),
  /** Between two exports of metrics. */
  intervalSeconds: z.number().min(1).max(3600).default(60),
  /** Of traces that begin here; whoever calls the API with a `traceparent` decides for theirs. */
  sampleRatio: z.number().min(0).max(1).default(1),
  serviceName: z.string().min(1).max(255).default('tattle'),
  /** Further attributes of the resource, such as `deployment.environment.name`. */
  resource: z
    .record(z.string().min(1).max(255), attribute)
    .refine((resource) => !('service.name' in resource), 'must not hold service.name: it is telemetry.serviceName')
    .default({}),
});

export type TelemetrySettings = z.output<typeof telemetrySchema>;

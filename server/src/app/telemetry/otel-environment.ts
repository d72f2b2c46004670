/**
 * OpenTelemetry's own variables. A platform may set them on everything that it runs: they say only what neither the file nor a
 * variable of Tattle's says, and one that cannot be used is told and ignored.
 */
import { schemaProblems } from '../../kit/schema-problems.ts';
import { telemetrySchema } from './telemetry-schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = Readonly<Record<string, unknown>>;

export interface FromOtel {
  /** Of the section `telemetry`, with the name of the variable that each comes from. */
  readonly settings: readonly { readonly name: string; readonly field: string; readonly value: unknown }[];
  readonly warnings: readonly string[];
}

const NUMBER = /^\d+(\.\d+)?$/;

const VARIABLES: Readonly<Record<string, { readonly field: string; readonly read: (text: string) => unknown }>> = {
  OTEL_EXPORTER_OTLP_ENDPOINT: { field: 'otlpUrl', read: (text) => text },
  OTEL_EXPORTER_OTLP_HEADERS: { field: 'headers', read: pairs },
  OTEL_SERVICE_NAME: { field: 'serviceName', read: (text) => text },
  OTEL_RESOURCE_ATTRIBUTES: { field: 'resource', read: pairs },
  OTEL_METRIC_EXPORT_INTERVAL: {
    field: 'intervalSeconds',
    read: (text) => (NUMBER.test(text) ? Number(text) / 1000 : text),
  },
  OTEL_TRACES_SAMPLER_ARG: { field: 'sampleRatio', read: (text) => (NUMBER.test(text) ? Number(text) : text) },
};

/** `written`: the section `telemetry` so far. */
export function fromOtelEnvironment(env: Environment, written: Settings): FromOtel {
  const textOf = (name: string) => env[name]?.trim() ?? '';
  if (textOf('OTEL_SDK_DISABLED').toLowerCase() === 'true') return { settings: [], warnings: [] };
  const settings: { name: string; field: string; value: unknown }[] = [];
  const warnings: string[] = [];
  const add = (name: string, field: string, value: unknown) => {
    const problem = problemOf(field, value);
    if (problem === null) settings.push({ name, field, value });
    else warnings.push(`${name} is ignored: it ${problem}`);
  };
  for (const [name, { field, read }] of Object.entries(VARIABLES)) {
    const text = textOf(name);
    if (text === '' || (field in written && field !== 'resource')) continue;
    const value = read(text);
    if (field !== 'resource' || !isSettings(value)) add(name, field, value);
    else addResource(value, name);
  }
  const protocol = textOf('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol !== '' && protocol !== 'http/protobuf' && settings.some(({ field }) => field === 'otlpUrl')) {
    warnings.push(
      `OTEL_EXPORTER_OTLP_PROTOCOL asks for another protocol, and Tattle speaks http/protobuf alone: set TATTLE_OTLP_URL to the collector’s HTTP port, often 4318`,
    );
  }
  return { settings, warnings };

  /** Attribute by attribute the file wins; `service.name` has a setting of its own. */
  function addResource({ 'service.name': serviceName, ...attributes }: Settings, name: string): void {
    const known = isSettings(written['resource']) ? written['resource'] : {};
    if (Object.keys(attributes).length > 0) add(name, 'resource', { ...attributes, ...known });
    const isNamed = 'serviceName' in written || settings.some(({ field }) => field === 'serviceName');
    if (serviceName !== undefined && !isNamed) add(name, 'serviceName', serviceName);
  }
}

function problemOf(field: string, value: unknown): string | null {
  const parsed = telemetrySchema.safeParse({ [field]: value });
  if (parsed.success) return null;
  return schemaProblems(parsed.error, telemetrySchema)
    .map(({ message }) => message)
    .join('; ');
}

/** `key=value,key=value` with percent-encoding, as the specification has them; text where it is none, for the schema to refuse. */
function pairs(text: string): Readonly<Record<string, string>> | string {
  const read = text.split(',').flatMap((part) => {
    if (part.trim() === '') return [];
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    return [[key.trim(), value.trim()] as const];
  });
  if (read.some(([key]) => key === '')) return text;
  try {
    return Object.fromEntries(read.map(([key, value]) => [decodeURIComponent(key), decodeURIComponent(value)]));
  } catch {
    return text;
  }
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

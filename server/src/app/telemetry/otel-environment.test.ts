import { expect, it } from 'vitest';
import { loadConfiguration } from '../config.ts';

async function load(env: Record<string, string>, telemetry?: object) {
  const loaded = await loadConfiguration({
    file: telemetry === undefined ? null : '/etc/tattle.yaml',
    env,
    overrides: {},
    directory: '/',
    readFile: async () => JSON.stringify({ telemetry }),
  });
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.join('\n'));
  return loaded;
}

const STANDARD = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel:4318/base/',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-scope=prod,',
  OTEL_SERVICE_NAME: 'tattle-eu',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,service.name=other,team=a%2Cb',
  OTEL_METRIC_EXPORT_INTERVAL: '15000',
  OTEL_TRACES_SAMPLER_ARG: '0.25',
};

it('takes the standard variables where nothing else is said', async () => {
  const { configuration, owners, warnings } = await load(STANDARD);
  expect(configuration.telemetry).toEqual({
    otlpUrl: 'http://otel:4318/base/',
    headers: { authorization: 'Basic YTpi', 'x-scope': 'prod' },
    traces: true,
    metrics: true,
    intervalSeconds: 15,
    sampleRatio: 0.25,
    serviceName: 'tattle-eu',
    resource: { 'deployment.environment.name': 'prod', team: 'a,b' },
  });
  expect(owners.get('telemetry.headers')).toBe('OTEL_EXPORTER_OTLP_HEADERS');
  expect(warnings).toEqual([]);
});

it('lets the file win, attribute by attribute, and Tattle’s own variable over both', async () => {
  const file = {
    otlpUrl: 'http://mine:4318',
    headers: {},
    intervalSeconds: 30,
    sampleRatio: 1,
    serviceName: 'mine',
    resource: { team: 'c' },
  };
  const { telemetry } = (await load(STANDARD, file)).configuration;
  const resource = { 'deployment.environment.name': 'prod', team: 'c' };
  expect(telemetry).toEqual({ ...file, traces: true, metrics: true, resource });
  const own = await load({ ...STANDARD, TATTLE_OTLP_URL: 'http://own:4318' }, file);
  expect(own.configuration.telemetry.otlpUrl).toBe('http://own:4318');
});

it('takes the name of the service from the attributes where it stands nowhere else', async () => {
  const { telemetry } = (await load({ OTEL_RESOURCE_ATTRIBUTES: 'service.name=from-there' })).configuration;
  expect([telemetry.serviceName, telemetry.resource]).toEqual(['from-there', {}]);
});

it('tells and ignores what cannot be used, without a word of it', async () => {
  const { configuration, warnings } = await load({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'otel-hunter2:4317',
    OTEL_EXPORTER_OTLP_HEADERS: 'hunter2',
    OTEL_RESOURCE_ATTRIBUTES: 'a=%zz-hunter2',
    OTEL_METRIC_EXPORT_INTERVAL: 'hunter2',
    OTEL_TRACES_SAMPLER_ARG: '7',
  });
  expect(configuration.telemetry).toMatchObject({ headers: {}, resource: {}, intervalSeconds: 60, sampleRatio: 1 });
  expect(configuration.telemetry.otlpUrl).toBeUndefined();
  expect(warnings.map((warning) => warning.split(' ')[0])).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_RESOURCE_ATTRIBUTES',
    'OTEL_METRIC_EXPORT_INTERVAL',
    'OTEL_TRACES_SAMPLER_ARG',
  ]);
  expect(warnings.join()).not.toContain('hunter2');
});

it('reads none of them where the SDK is to be off, and warns of a protocol that is not spoken', async () => {
  const { configuration } = await load({ ...STANDARD, OTEL_SDK_DISABLED: 'TRUE' });
  expect(configuration.telemetry.otlpUrl).toBeUndefined();
  const { warnings } = await load({ ...STANDARD, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
  expect(warnings).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_PROTOCOL .*TATTLE_OTLP_URL/)]);
});

it.each([
  [{ otlpUrl: 'http://user:hunter2@otel' }, 'otlpUrl must be http'],
  [{ otlpUrl: 'http://otel/?key=hunter2' }, 'otlpUrl must be http'],
  [{ headers: { 'x-key': 'hunter2\r\nx: y' } }, 'headers.x-key must be printable'],
  [{ headers: { 'x key': 'hunter2' } }, 'headers'],
  [{ resource: { 'service.name': 'hunter2' } }, 'resource must not hold service.name'],
  [{ sampleRatio: 2 }, 'sampleRatio'],
  [{ intervalSecond: 5 }, 'did you mean intervalSeconds?'],
])('refuses %j, and quotes no value', async (telemetry, told) => {
  const loading = load({}, telemetry);
  await expect(loading).rejects.toThrow(told);
  await expect(loading).rejects.not.toThrow('hunter2');
});

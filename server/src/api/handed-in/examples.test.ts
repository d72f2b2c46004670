/** What deploy/ gives to those who hand in, held against what is served. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endpoints } from '@tattle/contract';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const DEPLOY = join(import.meta.dirname, '../../../../deploy');
const written = (file: string) => readFileSync(join(DEPLOY, file), 'utf8');

const { takeAlerts, takeEvents, takeOtlpLogs } = endpoints;

it.each([
  ['alertmanager/alertmanager.yml', takeAlerts.path],
  ['alertmanager/alertmanagerconfig.yaml', takeAlerts.path],
  ['intake/fluent-bit.yaml', takeEvents.path],
  ['intake/vector.yaml', takeEvents.path],
  ['intake/otel-collector.yaml', takeOtlpLogs.path],
])('%s sends to %s, and nowhere else', (file, path) => {
  const paths = [...written(file).matchAll(/\/api\/v1\/[\w/-]+/g)].map(([found]) => found);
  expect(new Set(paths)).toEqual(new Set([path]));
  expect(() => parse(written(file)) as unknown).not.toThrow();
});

it('the example for a Collector sends as an exporter does by itself, in batches that are taken', () => {
  const { exporters, processors } = parse(written('intake/otel-collector.yaml')) as {
    readonly exporters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly processors: { readonly batch: { readonly send_batch_max_size: number } };
  };
  expect(Object.keys(exporters)).toEqual(['otlphttp/tattle']);
  expect(Object.keys(exporters['otlphttp/tattle'] ?? {})).toEqual(['logs_endpoint', 'headers', 'retry_on_failure']);
  expect(processors.batch.send_batch_max_size).toBeLessThanOrEqual(5000);
});

it.each(['intake', 'alertmanager'])('every file that %s/README.md names is there', (folder) => {
  const named = [...written(`${folder}/README.md`).matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target);
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((target) => !existsSync(join(DEPLOY, folder, target)))).toEqual([]);
});

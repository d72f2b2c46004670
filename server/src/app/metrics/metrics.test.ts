import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beginMetrics } from './gauges.ts';
import { METRICS } from './metric-declarations.ts';
import { PrometheusMetrics } from './metrics.ts';
import { samplesOf } from '../testing/samples.ts';

const OPERATIONS = join(import.meta.dirname, '../../../../docs/OPERATIONS.md');
const many = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

it('exports what docs/OPERATIONS.md says, with the same types, labels and meanings', async () => {
  const section =
    readFileSync(OPERATIONS, 'utf8')
      .split(/^## Metrics$/m)[1]
      ?.split(/^##/m)[0] ?? '';
  const written = [...section.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\| (.*?)\s*\| (.*?)\s*\|$/gm)].map(
    ([, name = '', type = '', labels = '', help = '']) => [name, { type, help, labels: labels.match(/\w+/g) ?? [] }],
  );
  const declared = Object.entries(METRICS).map(([name, { type, help, labels }]) => [name, { type, help, labels }]);
  expect(written).toEqual(declared);
  const { text } = await new PrometheusMetrics().text();
  for (const [name, { type, help }] of Object.entries(METRICS)) {
    expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
  }
});

it('names metrics as Prometheus wants them', () => {
  for (const [name, { type, labels }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^tattle_[a-z_]+$/);
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb)(_|$)/);
    expect(labels.every((label) => /^[a-z]+$/.test(label) && label !== 'le')).toBe(true);
  }
});

it('has help and type for everything that it exports, the process included', async () => {
  const { text } = await new PrometheusMetrics().text();
  const helped = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name);
  const typed = [...text.matchAll(/^# TYPE (\S+) \S/gm)].map(([, name]) => name);
  expect(helped).toEqual(typed);
  expect(typed).toContain('process_cpu_seconds_total');
});

it('takes a name or a label that is not declared for a bug', () => {
  const metrics = new PrometheusMetrics();
  expect(() => metrics.count('tattle_gone_total', {})).toThrow('tattle_gone_total');
  expect(() => metrics.gauge('tattle_events_received_total', {}, 1)).toThrow('tattle_events_received_total');
  expect(() => metrics.count('tattle_events_received_total', { pod: 'a' })).toThrow('pod');
});

it('begins counters at 0 where all labels are known, so that the first increment is an increase', async () => {
  const metrics = new PrometheusMetrics();
  metrics.count('tattle_events_stored_total', { cluster: 'a' }, 3);
  metrics.begin({ cluster: ['a', 'b'], channel: ['ops'] });
  const samples = await samplesOf(metrics);
  expect(samples.get('tattle_events_stored_total{cluster="a"}')).toBe(3);
  expect(samples.get('tattle_events_stored_total{cluster="b"}')).toBe(0);
  expect(samples.get('tattle_dropped_total{cluster="b",reason="poison",source="event"}')).toBe(0);
  expect(samples.get('tattle_deliveries_ended_total{channel="ops",status="dead"}')).toBe(0);
  expect(samples.get('tattle_jobs_total{kind="notice",outcome="failed"}')).toBe(0);
  const names = [...samples.keys()];
  expect(
    names.filter((name) => /^tattle_(watch_missed_total|analyzer_failures_total|delivery_seconds)/.test(name)),
  ).toEqual([]);
});

it('forgets the series of a gauge that are not read any more', async () => {
  const metrics = new PrometheusMetrics();
  metrics.gauges('tattle_channel_ready', [
    { labels: { channel: 'a' }, value: 1 },
    { labels: { channel: 'b' }, value: 0 },
  ]);
  metrics.gauges('tattle_channel_ready', [{ labels: { channel: 'b' }, value: 1 }]);
  const ready = [...(await samplesOf(metrics))].filter(([name]) => name.startsWith('tattle_channel_ready'));
  expect(ready).toEqual([['tattle_channel_ready{channel="b"}', 1]]);
});

it('stays within some thousand series for fifty clusters', async () => {
  const metrics = new PrometheusMetrics();
  beginMetrics(metrics, many('cluster', 50), many('channel', 10));
  expect((await samplesOf(metrics)).size).toBeLessThan(4000);
});

it('escapes what a name brings along', async () => {
  const metrics = new PrometheusMetrics();
  metrics.begin({ cluster: ['a"b\\c\nd'] });
  const { text } = await metrics.text();
  expect(text).toContain('tattle_events_stored_total{cluster="a\\"b\\\\c\\nd"} 0\n');
});

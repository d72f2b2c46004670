import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';
import { systemClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { Collector } from './collector.ts';
import { ExportLog } from './export-log.ts';
import { metricExporter, spanExporter } from './exporters.ts';
import { UnderWay } from './under-way.ts';

function setUp() {
  const { logger, metrics, lines } = quiet();
  const underWay = new UnderWay();
  const log = new ExportLog({ host: 'collector:4318', clock: systemClock, logger, metrics });
  const sent: string[] = [];
  const collector: Collector = {
    host: 'collector:4318',
    send: async (signal) => {
      sent.push(signal);
      return { kind: 'taken', body: new Uint8Array() };
    },
  };
  return { parts: { collector, log, underWay, clock: systemClock }, sent, lines };
}

it('gives up spans that the library cannot write, says so, and has room for others', async () => {
  const { parts, sent, lines } = setUp();
  const { exporter, onDone } = spanExporter(parts);
  const done: number[] = [];
  onDone((spans) => done.push(spans));
  const result = await new Promise((resolve) => exporter.export([{} as ReadableSpan], resolve));
  expect(result).toMatchObject({ code: 1 });
  expect([done, sent]).toEqual([[1], []]);
  expect(lines.join()).toMatch(/does not take traces \(they cannot be written: TypeError\)/);
});

it('gives up metrics that the library cannot write, and says so', async () => {
  const { parts, sent, lines } = setUp();
  const unwritable = {} as ResourceMetrics;
  const result = await new Promise((resolve) => metricExporter(parts).export(unwritable, resolve));
  expect(result).toMatchObject({ code: 1 });
  expect(sent).toEqual([]);
  expect(lines.join()).toMatch(/does not take metrics \(they cannot be written: TypeError\)/);
});

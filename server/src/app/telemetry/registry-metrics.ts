/** What /metrics says, as the SDK's readers take it: the same names, labels and values, without a second registry. */
import { type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../model/ports/process.ts';
import type { Labels, MetricFamily, Sample } from '../metrics/metrics.ts';

interface Source {
  families(): Promise<readonly MetricFamily[]>;
}

/** Counters count from `startedAt`, milliseconds. */
export function registryMetrics(
  source: Source,
  scope: { readonly name: string; readonly version: string },
  startedAt: number,
  clock: Clock,
): MetricProducer {
  return {
    async collect() {
      const families = await source.families();
      const times = { startTime: hrTimeOf(startedAt), endTime: hrTimeOf(clock.now()) };
      const metrics = families.flatMap((family) => metricOf(family, times) ?? []);
      return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope, metrics }] }, errors: [] };
    },
  };
}

type Times = Pick<DataPoint<unknown>, 'startTime' | 'endTime'>;

/** Null where nothing was measured yet. */
function metricOf({ name, help, type, samples }: MetricFamily, times: Times): MetricData | null {
  if (samples.length === 0) return null;
  const common = {
    // Without a unit: receivers that append it to the name would give it another.
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === 'histogram') {
    return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(name, samples, times) };
  }
  const dataPoints = samples.map(({ labels, value }) => ({ ...times, attributes: labels, value }));
  if (type === 'counter') return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
}

function histograms(name: string, samples: readonly Sample[], times: Times): DataPoint<Histogram>[] {
  const series = new Map<string, { attributes: Labels; buckets: [bound: number, upTo: number][]; sum: number }>();
  for (const { part, labels, value } of samples) {
    const { le, ...attributes } = labels;
    const key = JSON.stringify(attributes);
    const one = series.get(key) ?? { attributes, buckets: [], sum: 0 };
    series.set(key, one);
    if (part === `${name}_sum`) one.sum = value;
    else if (le !== undefined) one.buckets.push([le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value]);
  }
  return [...series.values()].map(({ attributes, buckets, sum }) => {
    const ascending = buckets.toSorted(([a], [b]) => a - b);
    const value: Histogram = {
      buckets: {
        boundaries: ascending.map(([bound]) => bound).filter(Number.isFinite),
        // There each bucket holds those below it, too; here only its own.
        counts: ascending.map(([, upTo], at) => upTo - (ascending[at - 1]?.[1] ?? 0)),
      },
      count: ascending.at(-1)?.[1] ?? 0,
      sum,
    };
    return { ...times, attributes, value };
  });
}

function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

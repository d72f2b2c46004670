/** What a series of samples says: its last value, its peak, and whether it rises. */
import type { Sample, Series } from './prometheus.ts';

const HOUR_MS = 3_600_000;
/** A line through fewer samples, or a shorter stretch, is chance. */
const LEAST_SAMPLES = 5;
const LEAST_SPAN_MS = 600_000;
const MOST_SAMPLES = 60;

export interface Trend {
  readonly last: number | null;
  readonly peak: number | null;
  /** The slope of a line through the samples, by least squares. */
  readonly perHour: number | null;
  readonly samples: readonly number[];
}

/** Of several series of one thing (scraped twice, or moved to another node) the larger value at each time. */
export function trendOf(series: readonly Series[]): Trend {
  const byTime = new Map<number, number>();
  for (const { at, value } of series.flatMap(({ samples }) => samples)) {
    byTime.set(at, Math.max(value, byTime.get(at) ?? Number.NEGATIVE_INFINITY));
  }
  const samples = [...byTime].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
  const kept = samples.slice(-MOST_SAMPLES);
  const values = kept.map(({ value }) => value);
  return {
    last: values.at(-1) ?? null,
    peak: values.length === 0 ? null : Math.max(...values),
    perHour: slopeOf(kept),
    samples: values,
  };
}

function slopeOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < LEAST_SAMPLES) return null;
  if (last.at - first.at < LEAST_SPAN_MS) return null;
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, each) => sum + of(each), 0) / samples.length;
  const [meanHour, meanValue] = [mean(({ at }) => (at - first.at) / HOUR_MS), mean(({ value }) => value)];
  let [above, below] = [0, 0];
  for (const { at, value } of samples) {
    const hours = (at - first.at) / HOUR_MS - meanHour;
    above += hours * (value - meanValue);
    below += hours * hours;
  }
  return below === 0 ? null : above / below;
}

/** What `/metrics` says, as numbers. */
import type { PrometheusMetrics } from '../metrics/metrics.ts';

/** `name{label="value"}`, labels in alphabetical order, to its value. */
export async function samplesOf(metrics: PrometheusMetrics): Promise<ReadonlyMap<string, number>> {
  const { text } = await metrics.text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const split = line.lastIndexOf(' ');
      const [name = '', labels = ''] = line.slice(0, split).split(/[{}]/);
      const sorted = labels.match(/\w+="(?:\\.|[^"\\])*"/g)?.sort() ?? [];
      return [sorted.length === 0 ? name : `${name}{${sorted.join(',')}}`, Number(line.slice(split + 1))];
    }),
  );
}

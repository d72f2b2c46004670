/** A logger and metrics that remember what they were told, for tests. */
import type { Logger, Metrics } from '../../model/ports/process.ts';

export interface Quiet {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Every log line as JSON text. */
  readonly lines: string[];
  /** Counter name and labels → sum. */
  readonly counts: Map<string, number>;
}

export function quiet(): Quiet {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const log = (fields: object, text: string) => {
    const plain = (_: string, value: unknown) => (value instanceof Error ? `${value.name}: ${value.message}` : value);
    lines.push(`${text} ${JSON.stringify(fields, plain)}`);
  };
  return {
    logger: { debug: log, info: log, warn: log, error: log },
    metrics: {
      count: (name, labels, by = 1) => {
        const key = `${name}${JSON.stringify(labels)}`;
        counts.set(key, (counts.get(key) ?? 0) + by);
      },
      gauge: () => undefined,
      observe: () => undefined,
    },
    lines,
    counts,
  };
}

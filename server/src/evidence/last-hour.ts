/** The hour before a capture, as Prometheus is asked for it: what containers and volumes are measured over. */
import type { Prometheus, RangeAnswer, RangeQuery, Series } from './prometheus.ts';
import type { Surroundings } from './snapshot.ts';

export interface Measuring extends Surroundings {
  /** Null where none is configured. */
  readonly prometheus: Prometheus | null;
  readonly at: number;
}

const STEP_SECONDS = 60;
const SAMPLES = 60;
export const WINDOW_SECONDS = STEP_SECONDS * SAMPLES;
/** Names as the API server would accept them: nothing else is put into a query. */
export const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export function lastHour(query: string, { at }: Measuring): RangeQuery {
  return { query, from: at - (SAMPLES - 1) * STEP_SECONDS * 1000, to: at, stepSeconds: STEP_SECONDS };
}

export function seriesWhere(answer: RangeAnswer, label: string, value: string): readonly Series[] {
  return answer.kind === 'error' ? [] : answer.series.filter(({ labels }) => labels[label] === value);
}

export function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

/** Asks a Prometheus, or what speaks like one (Thanos, Mimir, VictoriaMetrics), for series over a stretch of time. */
import { fields, objects, text } from '../kit/fields.ts';
import { endpointOf, type GuardedFetch, type GuardedResponse } from '../kit/guarded-fetch.ts';

export interface RangeQuery {
  readonly query: string;
  /** Milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

export interface Sample {
  readonly at: number;
  readonly value: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, unknown>>;
  /** Oldest first. Gaps are left out. */
  readonly samples: readonly Sample[];
}

export type RangeAnswer =
  | { readonly kind: 'series'; readonly series: readonly Series[] }
  | { readonly kind: 'error'; readonly error: string };

export interface Prometheus {
  /** Rejects only with the signal's reason. */
  range(query: RangeQuery, signal: AbortSignal): Promise<RangeAnswer>;
}

export interface PrometheusOptions {
  /** The base, as in a browser: `http://prometheus.monitoring:9090`, with a path before `/api` where there is one. */
  readonly url: string;
  /** The Bearer token of now, null for none. */
  readonly token: () => Promise<string | null>;
  readonly fetch: GuardedFetch;
}

const TOTAL_TIMEOUT_MS = 8000;
const IDLE_TIMEOUT_MS = 5000;
/** Sixty samples of a series are about 2 kB. */
const MAX_RESPONSE_BYTES = 1_048_576;
const MOST_SERIES = 100;
const MOST_SAMPLES = 240;
const LONGEST_ERROR = 300;

export function createPrometheus({ url, token, fetch }: PrometheusOptions): Prometheus {
  const trusted = endpointOf(url);
  return {
    async range(query, signal) {
      let bearer: string | null;
      try {
        bearer = await token();
      } catch (error) {
        return failed(error instanceof Error ? error.message : 'its token cannot be read');
      }
      const response = await fetch({
        url: rangeUrl(url, query),
        method: 'GET',
        headers: { accept: 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
        ...(trusted !== null && { trusted }),
        totalTimeoutMs: TOTAL_TIMEOUT_MS,
        idleTimeoutMs: IDLE_TIMEOUT_MS,
        maxResponseBytes: MAX_RESPONSE_BYTES,
        signal,
      });
      signal.throwIfAborted();
      return readAnswer(response);
    },
  };
}

function rangeUrl(base: string, { query, from, to, stepSeconds }: RangeQuery): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query_range`;
  url.search = new URLSearchParams({
    query,
    start: String(from / 1000),
    end: String(to / 1000),
    step: String(stepSeconds),
    timeout: `${TOTAL_TIMEOUT_MS / 1000}s`,
  }).toString();
  return url.href;
}

function readAnswer(response: GuardedResponse): RangeAnswer {
  if (response.kind !== 'response') return failed(response.error);
  if (response.truncated) return failed('its answer was too long or broke off');
  const body = fields(parsed(response.body));
  if (response.status !== 200 || body['status'] !== 'success') {
    return failed(`HTTP ${response.status} ${text(body['error'], LONGEST_ERROR)}`.trimEnd());
  }
  const { resultType, result } = fields(body['data']);
  if (resultType !== 'matrix') return failed('its answer holds no series');
  return { kind: 'series', series: objects(result).slice(0, MOST_SERIES).map(readSeries) };
}

function readSeries(entry: Readonly<Record<string, unknown>>): Series {
  const values: readonly unknown[] = Array.isArray(entry['values']) ? entry['values'].slice(0, MOST_SAMPLES) : [];
  const samples = values.flatMap((pair): Sample[] => {
    const [seconds, written] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const value = typeof written === 'string' && written.length < 64 ? Number.parseFloat(written) : Number.NaN;
    // NaN and Inf are values in Prometheus, and say nothing of use.
    if (typeof seconds !== 'number' || !Number.isFinite(seconds) || !Number.isFinite(value)) return [];
    return [{ at: Math.round(seconds * 1000), value }];
  });
  return { labels: fields(entry['metric']), samples: samples.sort((a, b) => a.at - b.at) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function failed(why: string): RangeAnswer {
  return { kind: 'error', error: `Prometheus could not be asked: ${why}` };
}

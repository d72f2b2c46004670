/** One OTLP request to the collector, through the one way out, and what its answer means. */
import { createGuardedFetch, endpointOf, type GuardedResponse } from '../../kit/guarded-fetch.ts';
import { parseAllowList } from '../../kit/address-guard.ts';
import { retryAfterMs } from '../../kit/retry-after.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { TelemetrySettings } from './telemetry-schema.ts';

export type Signal = 'traces' | 'metrics';

export type Answered =
  /** `body`: as it came, for who can read it. */
  | { readonly kind: 'taken'; readonly body: Uint8Array }
  /** `why` holds no part of the settings. `again`: the same may be taken later. */
  | { readonly kind: 'failed'; readonly why: string; readonly again: boolean; readonly retryAfterMs?: number }
  /** It was cut before it was answered. */
  | { readonly kind: 'cut' };

export interface Collector {
  /** `host:port`, for people. */
  readonly host: string;
  /** Never rejects. */
  send(signal: Signal, body: Uint8Array, cut: AbortSignal): Promise<Answered>;
}

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 65_536;
const LATER = new Set([429, 502, 503, 504]);

export function createCollector(
  { otlpUrl, headers, ca }: TelemetrySettings & { readonly otlpUrl: string },
  clock: Pick<Clock, 'now'>,
): Collector {
  const fetch = createGuardedFetch({ allowList: parseAllowList([]).allowList });
  const host = endpointOf(otlpUrl) ?? '';
  const base = otlpUrl.replace(/\/+$/, '');
  return {
    host,
    send: async (signal, body, cut) => {
      const answer = await fetch({
        url: `${base}/v1/${signal}`,
        method: 'POST',
        headers: { 'user-agent': 'Tattle', ...headers, 'content-type': 'application/x-protobuf' },
        body,
        trusted: host,
        totalTimeoutMs: TIMEOUT_MS,
        idleTimeoutMs: TIMEOUT_MS,
        maxResponseBytes: ANSWER_BYTES,
        binary: true,
        signal: cut,
        ...(ca !== undefined && { ca }),
      });
      if (cut.aborted && answer.kind !== 'response') return { kind: 'cut' };
      return meaningOf(answer, clock.now());
    },
  };
}

function meaningOf(answer: GuardedResponse, now: number): Answered {
  if (answer.kind !== 'response') return { kind: 'failed', why: answer.error, again: answer.kind === 'failure' };
  const { status, headers, body, truncated } = answer;
  if (status >= 200 && status < 300) {
    return { kind: 'taken', body: truncated ? new Uint8Array() : Buffer.from(body, 'latin1') };
  }
  const wait = retryAfterMs(headers['retry-after'], now);
  const retry = wait === null ? {} : { retryAfterMs: wait };
  return { kind: 'failed', why: `HTTP ${String(status)}${mendOf(status)}`, again: LATER.has(status), ...retry };
}

function mendOf(status: number): string {
  if (status === 401 || status === 403) return ': see to telemetry.headers';
  if (status === 404 || status === 405)
    return ': see to telemetry.otlpUrl, to which /v1/traces and /v1/metrics are appended';
  if (status === 415) return ': it must take OTLP as protobuf over HTTP';
  return status >= 300 && status < 400 ? ': redirects are not followed, give the URL that it leads to' : '';
}

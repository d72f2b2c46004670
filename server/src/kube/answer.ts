/** What the API server answers: a value, or a failure that says what kind of trouble it is and how long to wait. */
import type { IncomingHttpHeaders } from 'node:http';

/**
 * `status`: the server answered with an error status. `refused`: nobody listens there. `network`: broken or unreachable.
 * `credentials`: ours could not be had (exec plug-in, token file). `circuit-open`: not asked, the cluster failed too often just now.
 */
export type FailureKind =
  | 'status'
  | 'refused'
  | 'network'
  | 'tls'
  | 'timeout'
  | 'credentials'
  | 'circuit-open'
  | 'too-large'
  | 'unreadable';

export interface KubeFailure {
  readonly kind: FailureKind;
  /** HTTP status or the Status object's code; 0 where the server did not answer. */
  readonly code: number;
  /** Kubernetes' own word (Expired, Forbidden, TooManyRequests), empty where there is none. */
  readonly reason: string;
  readonly message: string;
  /** How long the server asks us to wait; null where it does not say. */
  readonly retryAfterMs: number | null;
  /** A continue token that the server offers beside a 410 on an old one; not a snapshot, so never used to go on. */
  readonly offersContinue: boolean;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: KubeFailure };

export function succeed<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function fail(
  kind: FailureKind,
  message: string,
  more: Partial<KubeFailure> = {},
): { ok: false; failure: KubeFailure } {
  return {
    ok: false,
    failure: { kind, code: 0, reason: '', message, retryAfterMs: null, offersContinue: false, ...more },
  };
}

/** A failure out of an HTTP error answer; `body` is a Status object where the API server itself answered, else anything. */
export function failureFromResponse(
  code: number,
  headers: IncomingHttpHeaders,
  body: string,
  now: number,
): KubeFailure {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(body);
  } catch {
    // A proxy's HTML page, or nothing: the text itself is the message.
  }
  const failure = failureFromStatus(parsed, code);
  return {
    ...failure,
    code,
    message: failure.message === '' ? `HTTP ${code}${body === '' ? '' : `: ${body.slice(0, 300)}`}` : failure.message,
    retryAfterMs: retryAfter(headers['retry-after'], now) ?? failure.retryAfterMs,
  };
}

/** A failure out of a Status object, as an ERROR line of a watch carries it. */
export function failureFromStatus(status: unknown, fallbackCode = 0): KubeFailure {
  const fields = asRecord(status);
  const details = asRecord(fields['details']);
  const seconds = details['retryAfterSeconds'];
  return {
    kind: 'status',
    code: typeof fields['code'] === 'number' ? fields['code'] : fallbackCode,
    reason: asText(fields['reason']),
    message: asText(fields['message']),
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : null,
    offersContinue: asText(asRecord(fields['metadata'])['continue']) !== '',
  };
}

/** A failure out of what node:http threw before or during the answer. */
export function failureFromError(error: unknown): KubeFailure {
  const { code, message } = describe(error);
  if (code === 'ECONNREFUSED') return fail('refused', message).failure;
  if (/TLS|CERT|SSL|SIGNATURE|EPROTO/.test(code) && !code.startsWith('ERR_HTTP')) {
    return fail('tls', `${message} (${code})`).failure;
  }
  return fail('network', code === '' || message.includes(code) ? message : `${message} (${code})`).failure;
}

function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Node joins the tries of several addresses in an AggregateError whose own message is empty.
  const inner = error instanceof AggregateError ? error.errors.map((one) => describe(one).message).join('; ') : '';
  return { code, message: error.message || inner || error.name };
}

function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Failures as the API server words them: Status objects. */

export interface ApiFailure {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Adds the Retry-After header. */
  readonly retryAfterSeconds?: number;
  /** `metadata.continue`: how an expired list can be finished inconsistently. */
  readonly continueToken?: string;
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export function failure(code: number, message: string, more: Partial<ApiFailure> = {}): ApiFailure {
  return { code, message, reason: reasons[code] ?? 'InternalError', ...more };
}

export function statusBody(failed: ApiFailure): string {
  const details =
    failed.retryAfterSeconds === undefined
      ? failed.details
      : { ...failed.details, retryAfterSeconds: failed.retryAfterSeconds };
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: failed.continueToken === undefined ? {} : { continue: failed.continueToken },
    status: 'Failure',
    message: failed.message,
    reason: failed.reason,
    ...(details === undefined ? {} : { details }),
    code: failed.code,
  });
}

/** The object of an in-stream ERROR. */
export function errorLine(failed: ApiFailure): string {
  return `{"type":"ERROR","object":${statusBody(failed)}}\n`;
}

export const notFoundAtAll: ApiFailure = {
  code: 404,
  reason: 'NotFound',
  message: 'the server could not find the requested resource',
  details: {},
};

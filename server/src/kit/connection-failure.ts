/** What went wrong with a connection, in words that a person can act on. */

export class IdleError extends Error {
  override readonly name = 'IdleError';
}

/** What went wrong, in words without host, path or query: those may be credentials. */
export function describeFailure(error: unknown, signal: AbortSignal): string {
  if (error instanceof IdleError) return 'timeout: nothing came for too long';
  if (signal.aborted) {
    const { reason } = signal as { reason: unknown };
    return reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout: no answer in time' : 'cancelled';
  }
  const code = errorCode(error);
  return code === null ? 'the connection failed' : (KNOWN_FAILURES[code] ?? `the connection failed (${code})`);
}

const KNOWN_FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name cannot be resolved (ENOTFOUND)',
  EAI_AGAIN: 'the resolver does not answer (EAI_AGAIN)',
  ECONNREFUSED: 'connection refused (ECONNREFUSED)',
  ECONNRESET: 'connection reset (ECONNRESET)',
  EPIPE: 'connection closed while sending (EPIPE)',
  ETIMEDOUT: 'timeout: cannot connect (ETIMEDOUT)',
  HPE_HEADER_OVERFLOW: 'the answer has too many header bytes (HPE_HEADER_OVERFLOW)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed: give its CA (DEPTH_ZERO_SELF_SIGNED_CERT)',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in an unknown CA: give it (SELF_SIGNED_CERT_IN_CHAIN)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate cannot be verified: give its CA (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the CA is unknown: give it (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
  CERT_HAS_EXPIRED: 'the certificate has expired (CERT_HAS_EXPIRED)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
};

export function errorCode(error: unknown): string | null {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : null;
}

/** Never resolves: for races against what takes no signal. */
export function rejectedOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new Error('aborted', { cause: signal.reason }));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

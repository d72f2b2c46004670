/** What a failure to connect means, for whoever reads it at night: errors of clients may hold addresses and are not shown. */

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted: look at tls.ca'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is not trusted: look at tls.ca'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted: look at tls.ca'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted: look at tls.ca'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name than the one that is configured'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its name is not known'],
]);

/** Of codes as Node.js and TLS give them, the first that says something; undefined where none does. */
export function connectionMeaning(codes: readonly string[]): string | undefined {
  return codes.map((code) => MEANINGS.get(code)).find((known) => known !== undefined);
}

/** Where a channel connects to, for whoever checks that it can. Never a path: in webhooks that is the secret. */

export interface ChannelTarget {
  /** A name or an address, IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether the first byte is TLS. */
  readonly isSecure: boolean;
}

/** Of an http(s) URL that a schema has accepted. */
export function httpTarget(url: string): ChannelTarget {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'https:';
  return { host: hostname, port: port === '' ? (isSecure ? 443 : 80) : Number(port), isSecure };
}

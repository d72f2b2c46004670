/** How one cluster is reached: address, trust, and who we are there. Made from a kubeconfig or from inside a pod. */

/** What goes with each request. Secrets: never logged. */
export interface Presented {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** PEM; null without a client certificate. */
  readonly certificate: string | null;
  readonly key: string | null;
}

export interface Credentials {
  /** Throws `AccessError` where they cannot be had (plug-in failed, file missing). */
  present(signal?: AbortSignal): Promise<Presented>;
  /** The server answered 401 to what `present` gave. True when asking again may give something else. */
  renew(): boolean;
}

export interface ClusterAccess {
  /** The configured name (a context's), for display. */
  readonly name: string;
  readonly server: URL;
  /** PEM bundle; null trusts the system's. Asked for before each connection, since files rotate. */
  readonly authority: () => Promise<string | null>;
  readonly skipTlsVerify: boolean;
  /** Overrides the host name that the certificate must carry. */
  readonly tlsServerName: string | null;
  readonly proxyUrl: string | null;
  readonly credentials: Credentials;
  /** The context's or the pod's own namespace; `default` where none is given. */
  readonly namespace: string;
}

/** A cluster cannot be reached as configured. The message names file, context and field, and how to mend it. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}

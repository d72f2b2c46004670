/** How a pod reaches the API server of the cluster that it runs in: its service account. */
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../model/ports/process.ts';
import { AccessError, type ClusterAccess } from './access.ts';
import { plainCredentials } from './credentials.ts';
import { rotatedFile } from './reread-file.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface InClusterOptions {
  /** For display, and the cluster's identity where kube-system cannot be read. */
  readonly name: string;
  /** KUBERNETES_SERVICE_HOST; an IPv6 address may come without brackets. */
  readonly host: string | undefined;
  /** KUBERNETES_SERVICE_PORT. */
  readonly port: string | undefined;
  readonly clock: Clock;
  readonly directory?: string;
}

/** Throws `AccessError` when this is no pod or its token is not mounted. */
export async function inClusterAccess(options: InClusterOptions): Promise<ClusterAccess> {
  const { host, port, clock, directory = SERVICE_ACCOUNT } = options;
  if (host === undefined || host === '') {
    throw new AccessError(
      'in-cluster: KUBERNETES_SERVICE_HOST is not set, so this is no pod. Set KUBECONFIG to reach a cluster from outside.',
    );
  }
  const mend = 'in-cluster: service account (automountServiceAccountToken must not be false)';
  const token = rotatedFile(join(directory, 'token'), mend, clock);
  const authority = rotatedFile(join(directory, 'ca.crt'), mend, clock);
  await token.read();
  return {
    name: options.name,
    server: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port === undefined || port === '' ? '443' : port}`),
    authority: () => authority.read(),
    skipTlsVerify: false,
    tlsServerName: null,
    proxyUrl: null,
    credentials: plainCredentials({ token, basic: null, certificate: null, key: null, impersonation: {} }),
    namespace: await ownNamespace(directory),
  };
}

async function ownNamespace(directory: string): Promise<string> {
  try {
    return (await readFile(join(directory, 'namespace'), 'utf8')).trim() || 'default';
  } catch {
    return 'default';
  }
}

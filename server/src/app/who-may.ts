/** Who may use a running server's API: its own tokens and sessions, those of configuration, a provider's, a cluster's. */
import { readFileSync } from 'node:fs';
import { hkdfSync, randomBytes } from 'node:crypto';
import { type Access, createAccess, LOCAL } from '../api/access/access.ts';
import { type BearerCheck, IdentityUnavailable, type KnownToken } from '../api/access/bearer.ts';
import { digestOf } from '../api/access/digest.ts';
import type { Oidc } from '../api/oidc/oidc.ts';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import type { ClusterAccess } from '../kube/access.ts';
import type { Grant, Role } from '../model/access.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { AccessStore } from '../model/ports/access.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import { inFront } from './base-path.ts';
import type { Configuration } from './config-schema.ts';
import { firstCluster } from './kubernetes-access/first-cluster.ts';
import { createKubernetesAccess, KubernetesUnavailable } from './kubernetes-access/kubernetes-access.ts';
import type { Services } from './services.ts';
import { VERSION } from './version.ts';

export interface WhoMayParts {
  readonly configuration: Pick<Configuration, 'access' | 'listen'>;
  readonly accesses: readonly ClusterAccess[];
  readonly clusters: () => readonly ClusterRef[];
  /** Names of a cluster's namespaces. */
  readonly namespaces: (clusterUid: string) => Iterable<string>;
  readonly store: AccessStore;
  readonly services: Pick<Services, 'onStop'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface WhoMay {
  readonly access: Access;
  /** Null where no provider is configured. */
  readonly oidc: Oidc | null;
  readonly kubernetes: boolean;
}

export async function whoMay(parts: WhoMayParts): Promise<WhoMay> {
  const { configuration, store, clock } = parts;
  const { listen } = configuration;
  const oidc = await oidcOf(parts);
  const kubernetes = kubernetesOf(parts);
  const others = [...(oidc === null ? [] : [oidc.verifyBearer]), ...(kubernetes === null ? [] : [kubernetes])];
  const access = createAccess({
    host: listen.host,
    allowedHosts: listen.allowedHosts,
    ...(listen.publicUrl === undefined ? {} : { publicUrl: listen.publicUrl }),
    tokens: configuredTokens(configuration),
    others,
    ...(oidc === null ? {} : { sessionsOf: [oidc.boundTo] }),
    store,
    clock,
  });
  return { access, oidc, kubernetes: kubernetes !== null };
}

function configuredTokens({ access, listen }: WhoMayParts['configuration']): readonly KnownToken[] {
  const hashed = access.tokens.map(
    ({ name, sha256, ...grant }): KnownToken => ({
      principal: { id: `token:${name}`, name: `token ${name}`, grants: [grantOf(grant)] },
      digest: sha256,
    }),
  );
  if (listen.token === undefined) return hashed;
  const lasting = {
    principal: { ...LOCAL, id: 'token:configured', name: 'configured token' },
    digest: digestOf(listen.token),
  };
  return [lasting, ...hashed];
}

interface Granted {
  readonly role: Role;
  readonly clusters?: readonly string[];
  readonly namespaces?: readonly string[];
}

function grantOf({ role, clusters, namespaces }: Granted): Grant {
  if (clusters === undefined && namespaces === undefined) return { role, scope: 'everything' };
  return { role, scope: (clusters ?? [null]).map((cluster) => ({ cluster, namespaces: namespaces ?? null })) };
}

async function oidcOf({ configuration: { access, listen }, clock, logger }: WhoMayParts): Promise<Oidc | null> {
  const { oidc } = access;
  if (oidc === undefined) return null;
  // Its libraries take some 15 MB: only where they are needed.
  const { createOidc } = await import('../api/oidc/oidc.ts');
  const { caFile, allowInsecureIssuer, sessionHours, ...rest } = oidc;
  const { allowList } = parseAllowList([]);
  return createOidc({
    ...rest,
    allowInsecureIssuer,
    sessionMs: sessionHours * 3_600_000,
    redirectUrl: callbackUrl(listen),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
    sealingKey: sealingKeyOf(oidc.clientSecret),
    fetch: createGuardedFetch({ allowList }),
    clock,
    logger,
  });
}

/** The same on every replica where they share a client secret; a public client's sign-in must end where it began. */
function sealingKeyOf(clientSecret: string | undefined): Uint8Array {
  if (clientSecret === undefined) return randomBytes(32);
  return new Uint8Array(hkdfSync('sha256', clientSecret, '', 'tattle sign-in', 32));
}

/** Where the provider leads back to, as the browser reaches it. */
export function callbackUrl({ publicUrl, host, port, basePath }: Configuration['listen']): string {
  const origin = publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new URL(`${inFront(basePath)}/auth/callback`, origin).href;
}

function kubernetesOf(parts: WhoMayParts): BearerCheck | null {
  const { configuration, accesses, clusters, namespaces, services, clock, logger, metrics } = parts;
  const { enabled, audiences } = configuration.access.kubernetes;
  const [first] = accesses;
  if (!enabled || first === undefined) return null;
  const cluster = firstCluster({ access: first, known: clusters, clock, version: VERSION });
  services.onStop('token reviews', async () => cluster.close());
  const reviewing = createKubernetesAccess({
    clusters: [cluster],
    namespaces,
    audiences,
    clock,
    logger,
    metrics,
  });
  return async (token) => {
    try {
      const principal = await reviewing.identify(token);
      // A session would outlive what RBAC says now: a cluster's token is shown each time.
      return principal === null ? null : { principal, boundTo: null, expiresAt: null, sessionless: true };
    } catch (error) {
      if (error instanceof KubernetesUnavailable) throw new IdentityUnavailable(error.message, { cause: error });
      throw error;
    }
  };
}

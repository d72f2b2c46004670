/** Which clusters a process watches, and how each is reached. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AccessError, type ClusterAccess } from '../kube/access.ts';
import { contextAccess } from '../kube/context-access.ts';
import { inClusterAccess } from '../kube/in-cluster.ts';
import { type Kubeconfig, loadKubeconfig } from '../kube/kubeconfig.ts';
import type { Clock } from '../model/ports/process.ts';
import type { Environment } from './config.ts';
import type { Configuration } from './config-schema.ts';

export type ChosenClusters =
  | { readonly kind: 'real'; readonly accesses: readonly ClusterAccess[]; readonly how: string }
  | { readonly kind: 'simulated'; readonly why: string };

/**
 * In a pod its own cluster, else the kubeconfig, else the simulated one. A service account or a kubeconfig that is there but
 * broken throws `AccessError` with its mend: showing a simulation instead would pass for a healthy cluster.
 */
export async function chooseClusters(
  { clusters }: Configuration,
  environment: Environment,
  clock: Clock,
): Promise<ChosenClusters> {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const inPod = host !== undefined && host !== '';
  switch (clusters.source) {
    case 'simulate':
      return { kind: 'simulated', why: 'the configuration says so' };
    case 'in-cluster':
      return ownCluster(clusters.name, environment, clock);
    case 'kubeconfig':
      return fromKubeconfig(clusters, await kubeconfigPaths(clusters, environment), environment, clock);
    case 'auto': {
      const paths = await kubeconfigPaths(clusters, environment);
      if (clusters.kubeconfig.length === 0 && inPod) return ownCluster(clusters.name, environment, clock);
      if (paths.length > 0) return fromKubeconfig(clusters, paths, environment, clock);
      if (clusters.contexts.length > 0)
        throw new AccessError('contexts are configured, but there is no kubeconfig: set KUBECONFIG');
      return { kind: 'simulated', why: 'there is no kubeconfig, and this is no pod' };
    }
  }
}

async function ownCluster(name: string | undefined, environment: Environment, clock: Clock): Promise<ChosenClusters> {
  const reached = await inClusterAccess({
    name: name ?? 'in-cluster',
    host: environment['KUBERNETES_SERVICE_HOST'],
    port: environment['KUBERNETES_SERVICE_PORT'],
    clock,
  });
  return { kind: 'real', accesses: [reached], how: 'the cluster that this pod runs in' };
}

/** Configured ones as they are, so that a missing one is told; else the one in the home directory, if it is there. */
async function kubeconfigPaths(
  { kubeconfig }: Configuration['clusters'],
  environment: Environment,
): Promise<readonly string[]> {
  if (kubeconfig.length > 0) return kubeconfig;
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '';
  const usual = join(home, '.kube', 'config');
  const isThere =
    home !== '' &&
    (await access(usual).then(
      () => true,
      () => false,
    ));
  return isThere ? [usual] : [];
}

async function fromKubeconfig(
  { contexts, name }: Configuration['clusters'],
  paths: readonly string[],
  environment: Environment,
  clock: Clock,
): Promise<ChosenClusters> {
  if (paths.length === 0)
    throw new AccessError('there is no kubeconfig: set KUBECONFIG, or clusters.kubeconfig in the configuration');
  const config: Kubeconfig = await loadKubeconfig(paths);
  const surroundings = { clock, environment };
  const named = contexts.length > 0 ? contexts : [null];
  const accesses = named.map((context) => contextAccess(config, context, surroundings));
  const [only] = accesses;
  const renamed = accesses.length === 1 && only !== undefined && name !== undefined ? [{ ...only, name }] : accesses;
  return { kind: 'real', accesses: renamed, how: `kubeconfig ${config.files.join(', ')}` };
}

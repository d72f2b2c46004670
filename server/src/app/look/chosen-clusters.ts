/** Which clusters a command looks at itself, and the configuration that it heeds: nothing of a server's own. */
import { AccessError, type ClusterAccess } from '../../kube/access.ts';
import type { Clock } from '../../model/ports/process.ts';
import { chooseClusters } from '../clusters.ts';
import type { Configuration } from '../config-schema.ts';
import { VARIABLES } from '../config-variables.ts';
import type { RunOptions } from '../configure.ts';

export interface ClusterChoice {
  /** Kubeconfig files; undefined: the variable's, or the one in the home directory. */
  readonly kubeconfig?: readonly string[];
  /** Undefined: the current one, or the pod's own cluster. */
  readonly contexts?: readonly string[];
}

/** Paths that tell a server where to store and to listen, and whom to let in: a command that does none of it heeds none of them. */
const OF_A_SERVER = /^(dataDir|storeUrl|listen\..+|access\..+|clusters\.source|stopGraceSeconds)$/;

export function withoutServer(options: Pick<RunOptions, 'config' | 'env' | 'signal'>): RunOptions {
  const { config, env, signal } = options;
  const kept = Object.entries(env).filter(([name]) => !isOfServer(name));
  return {
    ...(config === undefined ? {} : { config }),
    env: Object.fromEntries(kept),
    overrides: { 'log.level': 'warn', 'log.format': 'text' },
    signal,
    out: process.stderr,
  };
}

function isOfServer(name: string): boolean {
  const variable = VARIABLES[name];
  return variable === undefined ? name.startsWith('TATTLE_WEBHOOK_') : OF_A_SERVER.test(variable.path);
}

/** Throws `AccessError` where there is none, or one cannot be reached as configured. */
export async function clustersToLookAt(
  { kubeconfig, contexts, env }: ClusterChoice & Pick<RunOptions, 'env'>,
  configuration: Configuration,
  clock: Clock,
): Promise<readonly ClusterAccess[]> {
  const isNamed = kubeconfig !== undefined || contexts !== undefined;
  const clusters: Configuration['clusters'] = {
    ...configuration.clusters,
    source: isNamed ? 'kubeconfig' : 'auto',
    ...(kubeconfig === undefined ? {} : { kubeconfig: [...kubeconfig] }),
    ...(contexts === undefined ? {} : { contexts: [...contexts] }),
  };
  const chosen = await chooseClusters({ ...configuration, clusters }, env, clock);
  if (chosen.kind === 'real') return chosen.accesses;
  throw new AccessError(`no cluster to look at: ${chosen.why}. Name one with --kubeconfig FILE or --context NAME.`);
}

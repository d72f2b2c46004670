/** Where a command reads from when nothing runs that it could ask: a server or a store of Tattle's, clusters, or a recording. */
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { ClusterFlags, TargetFlags } from './commands/flags.ts';
import { usualDataDir } from './data-dir.ts';
import { CommandFailure, EXIT, usageFailure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

export type ReadingPlace =
  /** `connect` finds which. */
  | { readonly kind: 'tattle' }
  | {
      readonly kind: 'cluster';
      /** Nobody named it: there is no server and no store. */
      readonly isFallback: boolean;
      readonly kubeconfig?: readonly string[];
      readonly contexts?: readonly string[];
    }
  | { readonly kind: 'recording'; readonly directory: string };

/** What the flags name, else a server or a store that is there, else a cluster that is there. Throws `CommandFailure`. */
export function readingPlace(
  flags: TargetFlags & ClusterFlags,
  env: Surroundings['env'],
  isThere: (path: string) => boolean = existsSync,
): ReadingPlace {
  const named = namedPlace(flags);
  if (named !== null) return named;
  const dataDir = usualDataDir(env);
  const isStored = ['server.json', 'postgres'].some((name) => isThere(join(dataDir, name)));
  if (isStored || textOf(env.TATTLE_STORE_URL) !== undefined) return { kind: 'tattle' };
  if (hasCluster(env, isThere)) return { kind: 'cluster', isFallback: true };
  if (!isThere(dataDir)) throw nothingToRead(dataDir);
  return { kind: 'tattle' };
}

/** Of what may read clusters, too. */
export function nothingToRead(dataDir: string): CommandFailure {
  return new CommandFailure(
    EXIT.unreachable,
    `there is neither a data directory ${dataDir} nor a kubeconfig`,
    'Name a cluster with --kubeconfig FILE, a recording with --recording DIR, a data directory with --data-dir DIR or a server with --server URL; tattle demo shows one at work.',
  );
}

/** Null where the flags name none. */
export function namedPlace({
  server,
  dataDir,
  store,
  kubeconfig,
  context,
  recording,
}: TargetFlags & ClusterFlags): ReadingPlace | null {
  const isTattle = [server, dataDir, store].some((value) => value !== undefined);
  const isCluster = kubeconfig !== undefined || context !== undefined;
  if ([isTattle, isCluster, recording !== undefined].filter(Boolean).length > 1) {
    throw usageFailure(
      'a server or store, a cluster and a recording exclude one another',
      'Give --server, --data-dir or --store, or --context and --kubeconfig, or --recording.',
    );
  }
  if (isTattle) return { kind: 'tattle' };
  if (recording !== undefined) return { kind: 'recording', directory: resolve(recording) };
  if (!isCluster) return null;
  return {
    kind: 'cluster',
    isFallback: false,
    ...(kubeconfig === undefined ? {} : { kubeconfig: kubeconfig.split(delimiter).filter((path) => path !== '') }),
    ...(context === undefined ? {} : { contexts: context }),
  };
}

export function hasCluster(env: Surroundings['env'], isThere: (path: string) => boolean = existsSync): boolean {
  const named = [env.TATTLE_KUBECONFIG, env.KUBECONFIG, env.KUBERNETES_SERVICE_HOST].some(
    (value) => textOf(value) !== undefined,
  );
  const home = textOf(env.HOME) ?? textOf(env.USERPROFILE);
  return named || (home !== undefined && isThere(join(home, '.kube', 'config')));
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

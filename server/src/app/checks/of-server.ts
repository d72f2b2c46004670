/** The checks of a running server: what it asks its clusters and channels, by the doctor's own looks. */
import type { ServerChecks } from '../../api/ports.ts';
import type { ClusterAccess } from '../../kube/access.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Configuration } from '../config-schema.ts';
import { channelsToCheck, type TellingConfiguration } from '../doctor/channel-check.ts';
import { clusterChecks } from '../doctor/cluster-check.ts';
import { type ChecksParts, createChecks } from './checks.ts';
import { createReachingOut } from './reaching-out.ts';

export interface ServerToCheck extends Omit<ChecksParts, 'reachOut'> {
  readonly configuration: TellingConfiguration & Pick<Configuration, 'clusters'>;
  readonly accesses: readonly ClusterAccess[];
}

export function checksOfServer(server: ServerToCheck): () => Promise<ServerChecks> {
  const { configuration, accesses, simulated, clusters, clock } = server;
  const namespaces = configuration.clusters.watchNamespaces;
  const reachOut = createReachingOut({
    // A recording grants everything, and its clock is ours.
    clusters: (simulated ? [] : accesses).map((access) => ({
      name: access.name,
      ref: () => refOf(access, clusters()),
      examine: (signal) => clusterChecks({ access, namespaces, clock, signal }),
    })),
    channels: channelsToCheck(configuration).map(({ name, examine }) => ({
      name,
      examine: async (signal) => [await examine(signal)],
    })),
    clock,
  });
  return createChecks({ ...server, reachOut });
}

/** As its streams have it until it is reached. */
function refOf({ name }: ClusterAccess, reached: readonly ClusterRef[]): ClusterRef {
  return reached.find((cluster) => cluster.name === name) ?? { uid: name, name };
}

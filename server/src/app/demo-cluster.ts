/** The simulated cluster that a process brings along when there is no real one. */
import { join } from 'node:path';
import type { ClusterAccess } from '../kube/access.ts';
import { openRecording } from '../kube/recording/recording.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../simulate/simulated-cluster.ts';
import type { Configuration } from './config-schema.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples');

export interface DemoCluster {
  readonly access: ClusterAccess;
  close(): Promise<void>;
}

export async function startDemoCluster(
  { recordings: chosen, speed, loop }: Configuration['simulate'],
  clock: Clock,
  logger: Logger,
): Promise<DemoCluster> {
  const folders = chosen.length === 0 ? [join(EXAMPLES, 'states'), join(EXAMPLES, 'story')] : chosen;
  const recordings = await Promise.all(folders.map((folder) => openRecording(folder)));
  const simulated = await startSimulatedCluster({ recordings, clock, logger, speed, loop });
  return { access: accessTo(simulated), close: () => simulated.close() };
}

function accessTo({ url }: SimulatedCluster): ClusterAccess {
  return {
    name: 'simulated',
    server: new URL(url),
    authority: async () => null,
    skipTlsVerify: false,
    tlsServerName: null,
    proxyUrl: null,
    credentials: { present: async () => ({ headers: {}, certificate: null, key: null }), renew: () => false },
    namespace: '',
  };
}

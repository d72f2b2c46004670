/** A simulated cluster for one test, played to its end, and a kubeconfig that leads to it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../kit/clock.ts';
import { openRecording } from '../../../kube/recording/recording.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../../simulate/simulated-cluster.ts';
import type { Fault } from '../../../simulate/faults.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../../examples');
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const STATES = join(EXAMPLES, 'states');

export interface SimulatedKubeconfig {
  readonly cluster: SimulatedCluster;
  readonly kubeconfig: string;
  /** A folder of the test's own. */
  readonly home: string;
}

export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-look-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return folder;
}

/** `speed`: as fast as it goes unless told; then it is not played to its end. `namespace`: of the context. */
export async function simulatedKubeconfig({
  faults = [],
  speed,
  namespace,
  gitVersion,
}: {
  readonly faults?: readonly Fault[];
  readonly speed?: number;
  readonly namespace?: string;
  readonly gitVersion?: string;
} = {}): Promise<SimulatedKubeconfig> {
  const home = await scratchFolder();
  const cluster = await startSimulatedCluster({
    recordings: [await openRecording(STATES)],
    clock: systemClock,
    logger: SILENT,
    speed: speed ?? Number.POSITIVE_INFINITY,
    shiftTimes: true,
    faults,
    ...(gitVersion === undefined ? {} : { gitVersion }),
  });
  onTestFinished(() => cluster.close());
  if (speed === undefined) await cluster.played;
  const kubeconfig = join(home, 'kubeconfig');
  const context = { cluster: 'simulated', user: 'simulated', ...(namespace === undefined ? {} : { namespace }) };
  const contexts = [{ name: 'simulated', context }];
  await writeFile(kubeconfig, JSON.stringify({ ...cluster.kubeconfig, contexts }));
  return { cluster, kubeconfig, home };
}

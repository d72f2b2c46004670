/** A simulated cluster over the recorded examples, closed when its test ends. */
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import { openRecording, type Recording } from '../../kube/recording/recording.ts';
import { startSimulatedCluster, type SimulatedCluster, type SimulationOptions } from '../simulated-cluster.ts';

export function openExample(name: 'states' | 'story'): Promise<Recording> {
  return openRecording(fileURLToPath(new URL(`../../../../examples/${name}`, import.meta.url)));
}

/** The states at full speed, unless told otherwise. */
export async function exampleCluster(options: Partial<SimulationOptions> = {}): Promise<SimulatedCluster> {
  const cluster = await startSimulatedCluster({
    recordings: options.recordings ?? [await openExample('states')],
    clock: systemClock,
    logger: quiet().logger,
    speed: Infinity,
    ...options,
  });
  onTestFinished(() => cluster.close());
  return cluster;
}

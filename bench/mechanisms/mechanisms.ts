/** The recording of mechanisms: all scenarios in one cluster, and its truth. */
import type { Scenario } from './scenario.ts';
import { admission } from './scenarios/admission.ts';
import { configuration } from './scenarios/configuration.ts';
import { images } from './scenarios/images.ts';
import { jobs } from './scenarios/jobs.ts';
import { nodes } from './scenarios/nodes.ts';
import { probes } from './scenarios/probes.ts';
import { rollouts } from './scenarios/rollouts.ts';
import { scheduling } from './scenarios/scheduling.ts';
import { surroundings } from './scenarios/surroundings.ts';
import { traffic } from './scenarios/traffic.ts';
import { volumes } from './scenarios/volumes.ts';
import { World } from './world.ts';

const SCENARIOS: readonly Scenario[] = [
  ...configuration,
  ...images,
  ...surroundings,
  ...probes,
  ...scheduling,
  ...volumes,
  ...admission,
  ...jobs,
  ...traffic,
  ...nodes,
  ...rollouts,
];

/** Every file of the recording by its path in the folder; the same with every call. */
export function mechanisms(): ReadonlyMap<string, string> {
  const world = new World();
  for (const { truth, begin, act } of SCENARIOS) {
    if (truth.namespace === '') world.recorder.at(begin, () => act(world, ''));
    else world.namespace(truth.namespace, begin, () => act(world, truth.namespace));
  }
  world.recorder.run();
  const truth = SCENARIOS.map((scenario) => scenario.truth).sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
  return world.recorder.files().set('truth.json', `${JSON.stringify(truth, null, 1)}\n`);
}

/** All detectors in one list, and which of them read a kind. */
import { autoscaler } from './autoscaler.ts';
import { claims } from './claims.ts';
import { crash } from './crash.ts';
import { custom } from './custom.ts';
import { deployment } from './deployment.ts';
import type { Detector } from './detector.ts';
import { cronJobs, jobs } from './jobs.ts';
import { namespaces } from './namespaces.ts';
import { node } from './node.ts';
import { podFate } from './pod-fate.ts';
import { replicaSets } from './replica-sets.ts';
import { services } from './services.ts';
import { unready } from './unready.ts';
import { waiting } from './waiting.ts';

export const DETECTORS: readonly Detector[] = [
  crash,
  waiting,
  unready,
  podFate,
  node,
  deployment,
  replicaSets,
  jobs,
  cronJobs,
  claims,
  autoscaler,
  services,
  namespaces,
  custom,
];

const CUSTOM = DETECTORS.filter(({ kinds }) => kinds.includes('*'));
const NONE: readonly Detector[] = [];
/** Built-in kinds that are watched for what they tell of others. */
const WITHOUT_DETECTOR = ['EndpointSlice'];

const BY_KIND: ReadonlyMap<string, readonly Detector[]> = new Map([
  ...WITHOUT_DETECTOR.map((kind) => [kind, NONE] as const),
  ...[...new Set(DETECTORS.flatMap(({ kinds }) => kinds))].map(
    (kind) => [kind, DETECTORS.filter(({ kinds }) => kinds.includes(kind))] as const,
  ),
]);

export function detectorsFor(kind: string): readonly Detector[] {
  return BY_KIND.get(kind) ?? CUSTOM;
}

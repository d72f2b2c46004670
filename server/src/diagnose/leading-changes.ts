/** Which changes led up to an incident, the leading one first: near in time, at the place that fails, in the field that explains it. */
import type { ObjectChange } from '../model/change.ts';
import type { CauseCode } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Case, Piece } from './case.ts';

/** A wrong setting often takes a rollout's time to show; what is older is history. */
const BEFORE_MS = 1_800_000;
/** A change elsewhere in the namespace leads to something only if it was just before. */
const ELSEWHERE_MS = 300_000;
const MOST = 10;

/** Words of changed fields that explain a cause. */
const TELLING: Partial<Record<CauseCode, readonly string[]>> = {
  'memory-limit-too-low': ['memory limit', 'memory request', 'argument', 'env'],
  'memory-leak': ['image', 'memory limit'],
  'image-pull': ['image'],
  'architecture-mismatch': ['image', 'node selector'],
  'bad-command': ['command', 'argument', 'image'],
  'missing-configuration': ['env', 'config', 'argument', 'command', 'image'],
  'missing-reference': ['volume', 'config', 'secret', 'env', 'service account'],
  'authentication-failed': ['env', 'secret', 'config'],
  'dependency-unreachable': ['replicas', 'selector', 'port', 'env', 'argument'],
  'insufficient-resources': ['request', 'replicas', 'limit'],
  'node-affinity': ['node selector', 'affinity'],
  'quota-exceeded': ['request', 'limit', 'replicas'],
  'readiness-probe': ['readiness', 'port', 'image'],
  'liveness-probe': ['liveness', 'port', 'image'],
  'startup-probe': ['startup', 'port', 'image'],
  'lifecycle-hook': ['hook', 'lifecycle'],
  'volume-mount': ['volume'],
};

/** `culprits`: objects beside the root that the finding points at, such as the workload behind a service that does not answer. */
export function leadingChanges(
  the: Case,
  cause: CauseCode,
  culprits: readonly ObjectRef[],
): readonly Piece<ObjectChange>[] {
  const { openedAt } = the.incident;
  const weighed = the.changes
    .filter(({ value: { at } }) => openedAt - at <= BEFORE_MS)
    .map((piece) => ({ piece, weight: weightOf(piece.value, the, cause, culprits) }))
    .filter(({ weight }) => weight > 0);
  return weighed
    .sort((a, b) => b.weight - a.weight || b.piece.value.at - a.piece.value.at)
    .slice(0, MOST)
    .map(({ piece }) => piece);
}

/** Place first, then field, then time. What came after the incident began cannot have led to it, but belongs to its story. */
function weightOf(change: ObjectChange, the: Case, cause: CauseCode, culprits: readonly ObjectRef[]): number {
  const place = placeWeight(change, the, culprits);
  if (place === 0) return 0;
  const telling = TELLING[cause] ?? [];
  const index = telling.findIndex((word) => change.diff.some(({ field }) => field.includes(word)));
  const field = index < 0 ? 0 : 20 - 2 * index;
  const ageMs = the.incident.openedAt - change.at;
  const late = ageMs < 0 ? -60 : 0;
  const near = 10 * Math.max(0, 1 - Math.abs(ageMs) / BEFORE_MS);
  return Math.max(0.1, place + field + near + late);
}

function placeWeight(
  { object, at }: ObjectChange,
  { incident, owners, nodes }: Case,
  culprits: readonly ObjectRef[],
): number {
  if (culprits.some((culprit) => isSame(object, culprit))) return 90;
  if (isSame(object, incident.root) || owners.some((owner) => isSame(object, owner))) return 80;
  if (isSame(object, incident.subject)) return 70;
  if (object.kind === 'Node' && nodes.some(({ name }) => name === object.name)) return 50;
  const before = incident.openedAt - at;
  const sameNamespace =
    object.namespace !== '' && object.namespace === (incident.root.namespace || incident.subject.namespace);
  return sameNamespace && before >= 0 && before <= ELSEWHERE_MS ? 20 : 0;
}

export function isSame(a: Omit<ObjectRef, 'uid'>, b: Omit<ObjectRef, 'uid'>): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

/** The objects that an exported incident tells of: what they were made of, what owned them, and how they fared when it was captured. */
import { type Fields, fields, isFields, objects, text, time } from '../../../kit/fields.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import { type ExportedEvidence, keyOf, type ReadExport, refOf, valueOf } from './exported-incident.ts';

export interface HeldObject {
  readonly ref: ObjectRef;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  owner: ObjectRef | null;
  node: string;
  spec: Fields;
  /** As captured, the oldest first; none where nobody looked. */
  readonly statuses: { readonly at: number; readonly status: Fields }[];
  /** Undefined where nothing tells. */
  createdAt: number | undefined;
}

/** An export has 5,000 events at the most; each object is held against the others. */
const MOST_OBJECTS = 6000;

export class HeldObjects {
  readonly #held = new Map<string, HeldObject>();

  all(): readonly HeldObject[] {
    return [...this.#held.values()];
  }

  find(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): HeldObject | undefined {
    return this.#held.get(keyOf(ref));
  }

  /** Under its uid, once any mention of it has one. Throws where there are more than any export has. */
  of(ref: ObjectRef): HeldObject {
    const known = this.#held.get(keyOf(ref));
    if (known !== undefined && (known.ref.uid !== '' || ref.uid === '')) return known;
    if (known === undefined && this.#held.size >= MOST_OBJECTS) {
      throw new Error(`it tells of more than ${MOST_OBJECTS} objects, as no export does`);
    }
    const held: HeldObject = {
      ...(known ?? {
        labels: {},
        annotations: {},
        owner: null,
        node: '',
        spec: {},
        statuses: [],
        createdAt: undefined,
      }),
      ref,
    };
    this.#held.set(keyOf(ref), held);
    return held;
  }
}

const REVISION = 'deployment.kubernetes.io/revision';

export function heldObjects({ incident, sightings }: ReadExport): HeldObjects {
  const held = new HeldObjects();
  for (const ref of incident.members) if (ref.name !== '') held.of(ref);
  for (const { object, rootOwner, node, labels } of sightings) {
    const one = held.of(object);
    one.labels = { ...one.labels, ...labels };
    if (node !== '') one.node = node;
    if (rootOwner.name !== '' && keyOf(rootOwner) !== keyOf(object)) one.owner ??= held.of(rootOwner).ref;
  }
  const oldestFirst = incident.evidence.toSorted((a, b) => a.at - b.at);
  for (const piece of oldestFirst) {
    const value = valueOf(piece);
    if (Object.hasOwn(READERS, piece.kind)) READERS[piece.kind]?.(held, piece, value);
  }
  for (const one of held.all()) settle(one, held);
  return held;
}

const READERS: Readonly<Record<string, (held: HeldObjects, piece: ExportedEvidence, value: unknown) => void>> = {
  spec(held, { object }, value) {
    held.of(object).spec = fields(fields(value)['spec']);
  },
  status(held, { object, at }, value) {
    if (isFields(value)) held.of(object).statuses.push({ at, status: value });
  },
  node(held, { object, at }, value) {
    const { conditions, allocatable, capacity, taints, unschedulable, node_info: nodeInfo, labels } = fields(value);
    const node = held.of(object);
    node.labels = { ...node.labels, ...stringsOf(labels) };
    node.spec = { ...node.spec, taints, ...(unschedulable === true && { unschedulable }) };
    node.statuses.push({ at, status: { conditions, allocatable, capacity, nodeInfo } });
  },
  owners(held, { object, at }, value) {
    const chain = objects(fields(value)['chain']);
    for (const [index, entry] of chain.entries()) readOwner(held, entry, chain[index + 1], at);
    if (chain[0] !== undefined && object.kind === 'Pod') held.of(object).owner = refOf(chain[0]);
    for (const rollout of objects(fields(value)['rollouts'])) {
      const set = held.find({
        kind: 'ReplicaSet',
        namespace: object.namespace,
        name: text(rollout['replica_set'], 253),
      });
      if (set !== undefined) set.createdAt = time(rollout['created_at']);
    }
  },
};

function readOwner(held: HeldObjects, entry: Fields, above: Fields | undefined, at: number): void {
  const owner = held.of(refOf(entry));
  if (isFields(entry['status'])) owner.statuses.push({ at, status: entry['status'] });
  if (typeof entry['wanted_replicas'] === 'number') {
    owner.spec = { replicas: entry['wanted_replicas'], ...owner.spec };
  }
  if (typeof entry['revision'] === 'number') owner.annotations = { [REVISION]: String(entry['revision']) };
  if (above !== undefined) owner.owner = refOf(above);
}

/** What of a pod's name its owner's begins: controllers name what they make after themselves. */
const MAKERS: ReadonlySet<string> = new Set(['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Deployment']);

/** A pod belongs to what it is named after, where evidence does not say whose it is, or says no more than the top of the chain. */
function settle(one: HeldObject, held: HeldObjects): void {
  const { owner, ref } = one;
  if (ref.kind === 'Pod' && (owner === null || owner.kind === 'Deployment' || owner.kind === 'CronJob')) {
    const makers = held
      .all()
      .filter(
        (other) =>
          MAKERS.has(other.ref.kind) &&
          other.ref.namespace === ref.namespace &&
          ref.name.startsWith(`${other.ref.name}-`),
      )
      .sort((a, b) => b.ref.name.length - a.ref.name.length);
    one.owner = makers[0]?.ref ?? owner;
  }
  one.createdAt ??= firstMoment(one);
}

/** The earliest moment that its own states speak of. */
function firstMoment({ statuses }: HeldObject): number | undefined {
  const moments = statuses.flatMap(({ status }) => [
    time(status['startTime']),
    ...objects(status['conditions']).map(({ lastTransitionTime }) => time(lastTransitionTime)),
  ]);
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields(value)).map(([name, each]) => [name, text(each, 4096)]));
}

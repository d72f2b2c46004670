/** How much a problem hurts: a workload that still serves is degraded, not down. */
import type { Severity } from '../model/cluster-event.ts';
import type { Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectCache, SlimObject } from '../model/slim-object.ts';
import { count, fields, objects, text, time } from '../kit/fields.ts';
import { placeOf } from './place.ts';
import { isAlert, isMoreSevere } from './strand.ts';

const REPLICATED: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);
/** A container that crashes again and again is ready for moments in between. */
const STEADY_MS = 60_000;
/** So many workloads at once are a problem of the platform. */
const MANY_WORKLOADS = 5;

/** `unknown` where there are no replicas to count, or pods are not known. */
type Impact = 'serving' | 'down' | 'unknown';

/** Pods by their root owners, read once a namespace: many incidents in one ask for theirs at a time. */
export class PodsOfRoots {
  readonly #cache: ObjectCache;
  readonly #byNamespace = new Map<string, ReadonlyMap<string, readonly SlimObject[]>>();

  constructor(cache: ObjectCache) {
    this.#cache = cache;
  }

  of(clusterUid: string, root: ObjectRef): readonly SlimObject[] {
    const namespace = `${clusterUid}|${root.namespace}`;
    let byRoot = this.#byNamespace.get(namespace);
    if (byRoot === undefined) {
      byRoot = this.#read(clusterUid, root.namespace);
      this.#byNamespace.set(namespace, byRoot);
    }
    return byRoot.get(placeOf(clusterUid, root)) ?? [];
  }

  #read(clusterUid: string, namespace: string): ReadonlyMap<string, readonly SlimObject[]> {
    const byRoot = new Map<string, SlimObject[]>();
    for (const pod of this.#cache.list(clusterUid, 'Pod', namespace)) {
      const place = placeOf(clusterUid, this.#cache.rootOwner(clusterUid, pod.ref));
      const pods = byRoot.get(place);
      if (pods === undefined) byRoot.set(place, [pod]);
      else pods.push(pod);
    }
    return byRoot;
  }
}

interface Where {
  readonly clusterUid: string;
  readonly root: ObjectRef;
  readonly at: number;
}

export function impactOn(cache: ObjectCache, podsOfRoots: PodsOfRoots, { clusterUid, root, at }: Where): Impact {
  if (!REPLICATED.has(root.kind) || cache.knowledge(clusterUid, 'Pod') !== 'synced') return 'unknown';
  const pods = podsOfRoots.of(clusterUid, root);
  if (pods.length === 0) return 'unknown';
  return pods.some((pod) => isServing(pod, at) || isOnLostNode(pod, clusterUid, cache)) ? 'serving' : 'down';
}

function isServing(pod: SlimObject, at: number): boolean {
  if (pod.deletingSince !== null) return false;
  const ready = objects(pod.status['conditions']).find(({ type }) => type === 'Ready');
  if (ready?.['status'] !== 'True') return false;
  return objects(pod.status['containerStatuses']).every((container) => {
    if (count(container['restartCount']) === 0) return true;
    const startedAt = time(fields(fields(container['state'])['running'])['startedAt']);
    const last = fields(fields(container['lastState'])['terminated']);
    // One that served for a good while before it was killed is as good until the next time.
    return lasted(startedAt, at) || lasted(time(last['startedAt']), time(last['finishedAt']));
  });
}

function lasted(from: number | undefined, until: number | undefined): boolean {
  return from !== undefined && until !== undefined && until - from >= STEADY_MS;
}

/** Whether it would serve nobody can know: that it does not is the node's incident, not its workload's. */
function isOnLostNode(pod: SlimObject, clusterUid: string, cache: ObjectCache): boolean {
  const name = text(pod.spec['nodeName'], 512);
  if (name === '') return false;
  const node = cache.find(clusterUid, { kind: 'Node', namespace: '', name, uid: '' });
  const ready = objects(node?.status['conditions']).find(({ type }) => type === 'Ready');
  return ready !== undefined && ready['status'] !== 'True';
}

/** Of an incident: its worst strand, at most medium where the workload still serves, critical where many are down at once. */
export function severityOf(strands: readonly Strand[], impact: (root: ObjectRef) => Impact): Severity {
  let worst: Severity = 'info';
  const down = new Set<string>();
  for (const strand of strands) {
    if (!isMoreSevere(strand.severity, worst) && strand.severity !== 'high') continue;
    // What an alert is worth its author decided, who may measure more than whether pods are ready.
    const isHigh = strand.severity === 'high' && !isAlert(strand);
    const severity = isHigh && impact(strand.root) === 'serving' ? 'medium' : strand.severity;
    if (isMoreSevere(severity, worst)) worst = severity;
    if (isHigh && severity === 'high' && REPLICATED.has(strand.root.kind))
      down.add(`${strand.root.namespace}/${strand.root.name}`);
  }
  return down.size >= MANY_WORKLOADS || evictsPods(strands) ? 'critical' : worst;
}

/** A node under pressure is a warning as long as only itself is concerned; one that gives up its pods is in trouble. */
function evictsPods(strands: readonly Strand[]): boolean {
  return strands.some(({ rule }) => rule === 'node-pressure') && strands.some(({ root }) => root.kind === 'Node');
}

export function worstOf(strands: readonly Strand[]): Severity {
  return strands.reduce<Severity>((worst, { severity }) => (isMoreSevere(severity, worst) ? severity : worst), 'info');
}

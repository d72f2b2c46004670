/** The pods that an incident is captured from: its subject, or the failing pods of its subject and root. */
import type { ObjectRef } from '../model/object-ref.ts';
import { isFailing, restartsOf } from './failing-containers.ts';
import { fields, objects, type Sighting, type Snapshot, type Surroundings, see } from './snapshot.ts';

/** More pods of one workload rarely say more. */
const MOST_PODS = 3;

export interface Targets {
  readonly pods: readonly Snapshot[];
  /** The subject where it is no pod, or is one that could not be seen. */
  readonly subject: Sighting | null;
}

export async function findTargets(surroundings: Surroundings): Promise<Targets> {
  const { incident } = surroundings;
  const subject = await see(incident.subject, surroundings);
  if (incident.subject.kind !== 'Pod') return { pods: failingPods(surroundings, subject), subject };
  if (subject.kind === 'unseen') return { pods: failingPods(surroundings, subject), subject };
  if (isFailing(subject.object)) return { pods: [subject.object], subject: null };
  const others = failingPods(surroundings, subject).filter((pod) => pod.ref.uid !== incident.subject.uid);
  return { pods: [subject.object, ...others.slice(0, MOST_PODS - 1)], subject: null };
}

/** Those that failed most often first, then the newest. */
function failingPods(surroundings: Surroundings, subject: Sighting): readonly Snapshot[] {
  const { cache, incident } = surroundings;
  const { root, cluster } = incident;
  const namespace = root.kind === 'Node' || incident.subject.kind === 'Node' ? undefined : incident.subject.namespace;
  const belongs = belongsTo(surroundings, subject);
  const found: Snapshot[] = [];
  for (const pod of cache.list(cluster.uid, 'Pod', namespace)) if (isFailing(pod) && belongs(pod)) found.push(pod);
  return found
    .sort((a, b) => restartsOf(b) - restartsOf(a) || b.createdAt - a.createdAt || compare(a.ref.name, b.ref.name))
    .slice(0, MOST_PODS);
}

function belongsTo(surroundings: Surroundings, subject: Sighting): (pod: Snapshot) => boolean {
  const { cache, incident } = surroundings;
  const seen = subject.kind === 'seen' ? subject.object : null;
  switch (incident.subject.kind) {
    case 'Node':
      return (pod) => pod.spec.nodeName === incident.subject.name;
    case 'PersistentVolumeClaim':
      return (pod) => objects(pod.spec.volumes).some((volume) => claimName(volume) === incident.subject.name);
    case 'Service': {
      const selector = Object.entries(fields(seen?.spec.selector));
      return (pod) => selector.length > 0 && selector.every(([label, value]) => pod.labels[label] === value);
    }
    case 'HorizontalPodAutoscaler': {
      const { kind, name } = fields(seen?.spec.scaleTargetRef);
      return (pod) => chain(pod).some((owner) => owner.kind === kind && owner.name === name);
    }
    default:
      return (pod) => chain(pod).some((owner) => isSame(owner, incident.root) || isSame(owner, incident.subject));
  }

  /** Owners that the cache does not hold are still named by those below them. */
  function chain(pod: Snapshot): readonly ObjectRef[] {
    const known = cache.ownerChain(incident.cluster.uid, pod.ref);
    return [pod.ref, ...pod.owners, ...known.flatMap((owner) => [owner.ref, ...owner.owners])];
  }
}

export function claimName(volume: Readonly<Record<string, unknown>>): unknown {
  return fields(volume.persistentVolumeClaim).claimName;
}

function isSame(a: ObjectRef, b: ObjectRef): boolean {
  if (a.uid !== '' && b.uid !== '') return a.uid === b.uid;
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

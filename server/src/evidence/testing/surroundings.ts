/** An incident and a cluster around it, made of raw objects, for tests of single kinds of evidence. */
import type { Incident } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { ClusterReader } from '../../model/ports/cluster.ts';
import type { KindKnowledge } from '../../model/slim-object.ts';
import type { Surroundings } from '../snapshot.ts';
import { CLUSTER, cachedObject, EMPTY_READER, MemoryCache } from './recorded-cluster.ts';

export interface World {
  readonly root: ObjectRef;
  readonly condition?: string;
  /** Kind and raw object. */
  readonly objects?: readonly (readonly [kind: string, raw: Readonly<Record<string, unknown>>])[];
  readonly reader?: Partial<ClusterReader>;
  /** Kinds that are not `synced`. */
  readonly unknown?: readonly string[];
}

export function surroundingsOf({ root, condition = 'CrashLoopBackOff', ...world }: World): Surroundings {
  const cache = new PartlyKnown(world.unknown ?? []);
  for (const [kind, raw] of world.objects ?? []) cache.put(cachedObject(kind, raw));
  return {
    incident: incidentOf(root, condition),
    cache,
    reader: { ...EMPTY_READER, ...world.reader },
    signal: new AbortController().signal,
  };
}

class PartlyKnown extends MemoryCache {
  readonly #unknown: readonly string[];

  constructor(unknown: readonly string[]) {
    super();
    this.#unknown = unknown;
  }

  override knowledge(_clusterUid?: string, kind = ''): KindKnowledge {
    return this.#unknown.includes(kind) ? 'denied' : 'synced';
  }
}

function incidentOf(root: ObjectRef, condition: string): Incident {
  return {
    id: 'inc_1',
    cluster: CLUSTER,
    state: 'open',
    severity: 'high',
    category: 'Crash',
    condition,
    root,
    subject: root,
    title: '',
    openedAt: 0,
    lastSeen: 0,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    eventCount: 1,
    openedBy: 'e',
    regressions: 0,
    mergedInto: null,
    resolution: null,
  };
}

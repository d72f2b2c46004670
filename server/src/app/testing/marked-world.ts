/** Two clusters with three namespaces each: every text of everything that is stored of a place holds that place's mark. */
import type { KnownObjects } from '../../api/ports.ts';
import { unwatched } from '../../api/unwatched.ts';
import { covers } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { Incident, LogEntry, Strand } from '../../model/incident.ts';
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import type { SlimObject } from '../../model/slim-object.ts';
import type { TattleStore } from '../../store/open-store.ts';
import { change, created, incident, strand } from '../../store/testing/events.ts';

export const WORLD_NOW = Date.UTC(2026, 10, 21, 13);
const EAST: ClusterRef = { uid: 'a0000000-0000-4000-8000-000000000001', name: 'east' };
const WEST: ClusterRef = { uid: 'a0000000-0000-4000-8000-000000000002', name: 'west' };
/** Enough for what differs between two places to be said. */
const EVENTS_EACH = 12;
const NAMESPACES = ['shop', 'payroll', 'billing-eu', ''] as const;

export interface MarkedPlace {
  readonly cluster: ClusterRef;
  /** Empty: what lies in none. */
  readonly namespace: string;
  /** A word that stands nowhere else. */
  readonly mark: string;
}

export const PLACES: readonly MarkedPlace[] = [EAST, WEST].flatMap((cluster) =>
  NAMESPACES.map((namespace) => ({
    cluster,
    namespace,
    mark: `zq${cluster.name}${namespace.replace('-', '') || 'none'}`,
  })),
);

/** Words that nobody with this scope may read: marks, and names of namespaces and clusters of which they see nothing. */
export function forbiddenWords(scope: Scope): readonly string[] {
  const hidden = PLACES.filter((place) => !covers(scope, place));
  const seen = PLACES.filter((place) => covers(scope, place));
  const names = ({ cluster, namespace }: MarkedPlace) => [cluster.uid, cluster.name, namespace];
  const known = new Set(seen.flatMap(names));
  return [
    ...new Set([
      ...hidden.map(({ mark }) => mark),
      ...hidden.flatMap(names).filter((name) => !known.has(name) && name !== ''),
    ]),
  ];
}

/** Of the root and the subject of a place, however it is called. */
export function objectQueries(mark: string): readonly string[] {
  return PLACES.flatMap(({ cluster, namespace }) =>
    [root, subject].map((end) => {
      const { kind, name } = end({ cluster, namespace, mark });
      return `cluster=${cluster.name}&kind=${kind}&namespace=${namespace}&name=${name}`;
    }),
  );
}

export interface WorldShape {
  /** Left out: every place. */
  readonly only?: Scope;
  /** Incidents that lie in several places. */
  readonly spanning?: boolean;
}

/** Everything of a place, in one order, so that what two worlds share is the same in both. */
export async function fillWorld(
  store: TattleStore,
  { only = 'everything', spanning = false }: WorldShape,
): Promise<void> {
  for (const [index, place] of PLACES.entries()) {
    if (covers(only, place)) await fillPlace(store, place, WORLD_NOW - 3_600_000 + index * 60_000);
  }
  if (spanning) await fillSpanning(store);
}

const root = ({ namespace, mark }: MarkedPlace): ObjectRef =>
  namespace === ''
    ? { kind: 'Node', namespace, name: `node-${mark}`, uid: `uid-root-${mark}` }
    : { kind: 'Deployment', namespace, name: `app-${mark}`, uid: `uid-root-${mark}` };
const subject = (place: MarkedPlace): ObjectRef =>
  place.namespace === ''
    ? root(place)
    : { kind: 'Pod', namespace: place.namespace, name: `pod-${place.mark}`, uid: `uid-pod-${place.mark}` };

/** Watched objects: all of a place's, owned by and owning also what lies in the other places of its cluster. */
export function markedObjects(places: readonly MarkedPlace[]): KnownObjects {
  const near = (clusterUid: string) => places.filter(({ cluster }) => cluster.uid === clusterUid);
  const find = (clusterUid: string, { kind, namespace, name }: ObjectRef) =>
    near(clusterUid).find((place) =>
      [root(place), subject(place)].some(
        (each) => each.kind === kind && each.namespace === namespace && each.name === name,
      ),
    );
  return {
    rootOwner: (clusterUid, ref) => near(clusterUid).map(root).at(-1) ?? ref,
    sight: (clusterUid, ref) => {
      const place = find(clusterUid, ref);
      if (place === undefined) return unwatched.sight(clusterUid, ref);
      const all = near(clusterUid);
      const node = all.find(({ namespace }) => namespace === '');
      return {
        presence: 'there',
        object: slimObject(ref, place),
        goneAt: null,
        owners: all.map(root),
        owned: all.map(subject),
        node: node === undefined ? '' : subject(node).name,
      };
    },
  };
}

function slimObject(ref: ObjectRef, { mark }: MarkedPlace): SlimObject {
  return {
    ref,
    resourceVersion: '1',
    labels: { app: mark },
    annotations: {},
    owners: [],
    createdAt: WORLD_NOW - 7_200_000,
    deletingSince: null,
    generation: 1,
    spec: { containers: [{ image: `image-${mark}` }] },
    status: { phase: `Phase-${mark}` },
  };
}

function strandAt(place: MarkedPlace, incidentId: string, at: number, parts: Partial<Strand> = {}): Strand {
  return strand(incidentId, at, {
    key: `v1:${incidentId}:${place.mark}`,
    cluster: place.cluster,
    root: root(place),
    subject: subject(place),
    condition: `Condition-${place.mark}`,
    because: `because of ${place.mark}`,
    ...parts,
  });
}

function incidentAt(place: MarkedPlace, id: string, at: number, parts: Partial<Incident> = {}): Incident {
  return incident(id, at, {
    cluster: place.cluster,
    root: root(place),
    subject: subject(place),
    condition: `Condition-${place.mark}`,
    title: `Title ${place.mark}`,
    openedBy: `uid-${place.mark}`,
    ...parts,
  });
}

function logOf(incidentId: string, at: number, { mark }: MarkedPlace): LogEntry[] {
  return (['opened', 'worse', 'headline', 'note', 'merged', 'split'] as const).map((kind, index) => ({
    incidentId,
    key: `${kind}-${mark}`,
    at: at + index,
    kind,
    by: `person-${mark}`,
    text: `${kind} ${mark}`,
  }));
}

function changeAt(place: MarkedPlace, at: number): ObjectChange {
  const { cluster, mark } = place;
  return {
    id: `change-${mark}`,
    cluster,
    object: root(place),
    at,
    summary: `env ${mark} changed`,
    diff: [{ field: `env ${mark}`, before: `old ${mark}`, after: `new ${mark}` }],
    revision: 3,
  };
}

async function tellOf(store: TattleStore, of: Incident, places: readonly MarkedPlace[], at: number): Promise<void> {
  const { id } = of;
  const marks = places.map(({ mark }) => mark).join(' ');
  await store.evidence.saveEvidence(
    places.map((place, index) => ({
      id: `evidence-${id}-${String(index)}`,
      incidentId: id,
      kind: 'log',
      object: subject(place),
      container: `container-${place.mark}`,
      capturedAt: at + index,
      body: `log line ${place.mark}`,
      truncated: false,
      error: null,
    })),
  );
  const finding = {
    cause: 'dns-failure' as const,
    explanation: `explained by ${marks}`,
    confidence: 0.9,
    citations: [{ evidenceId: `evidence-${id}-0`, text: `log line ${marks}` }],
  };
  await store.diagnoses.saveDiagnosis({
    ...finding,
    incidentId: id,
    by: 'test',
    at: at + 10,
    nextSteps: [`look at ${marks}`],
    commands: [`kubectl get ${marks}`],
    also: [finding],
    changes: places.map((place) => changeAt(place, at - 5)),
  });
  const notice = {
    id: `notice-${id}`,
    kind: 'opened' as const,
    incident: of,
    event: null,
    evidence: [],
    diagnosis: null,
    partial: false,
    also: [],
    at,
  };
  await store.outbox.addDeliveries(notice, [`channel-${id}`], 'dead', at + 20);
}

async function fillPlace(store: TattleStore, place: MarkedPlace, at: number): Promise<void> {
  const { cluster, namespace, mark } = place;
  const [open, ended] = [
    incidentAt(place, `inc-${mark}`, at),
    incidentAt(place, `old-${mark}`, at - 1000, {
      state: 'resolved',
      resolvedAt: at - 500,
      resolvedBy: `person-${mark}`,
      resolution: `fixed ${mark}`,
    }),
  ];
  const events = Array.from({ length: EVENTS_EACH }, (_, index) =>
    created(
      {
        uid: `uid-${mark}-${String(index)}`,
        cluster,
        namespace,
        kind: subject(place).kind,
        name: subject(place).name,
        reason: `Reason-${mark}`,
        message: `message ${mark}`,
        component: `component-${mark}`,
        node: namespace === '' ? subject(place).name : `node-of-${mark}`,
        labels: { app: mark },
        count: index + 1,
        at: at + index,
      },
      open.id,
    ),
  );
  await store.store.commit(
    change(at + 10, {
      created: events,
      incidents: [ended, open],
      strands: [strandAt(place, ended.id, at - 1000, { clearedAt: at - 600 }), strandAt(place, open.id, at)],
      log: [...logOf(open.id, at, place)],
      objectChanges: [changeAt(place, at - 5)],
    }),
  );
  await tellOf(store, open, [place], at);
}

/** Rooted in one place, with a strand in the next: one by its namespace, one by its node, and one that ended and lives on in another. */
async function fillSpanning(store: TattleStore): Promise<void> {
  const at = WORLD_NOW - 600_000;
  const [shop, payroll, , none] = PLACES as [MarkedPlace, MarkedPlace, MarkedPlace, MarkedPlace];
  const spanning = incidentAt(payroll, 'span-1', at, {
    severity: 'critical',
    category: 'Security',
    resolution: `fixed ${payroll.mark}`,
  });
  const byNode = incidentAt(none, 'span-2', at + 1000, { severity: 'critical', category: 'Node' });
  const away = incidentAt(payroll, 'span-3', at - 1000, { mergedInto: spanning.id });
  const before = incidentAt(shop, 'span-4', at - 5000, {
    state: 'resolved',
    resolvedAt: at - 4000,
    resolvedBy: `person-${payroll.mark}`,
    resolution: `fixed ${payroll.mark}`,
  });
  await store.store.commit(
    change(at, {
      incidents: [away, spanning, byNode, before],
      strands: [
        strandAt(payroll, spanning.id, at, { bornIn: away.id, key: 'v1:away' }),
        strandAt(payroll, spanning.id, at),
        strandAt(shop, spanning.id, at + 10, {
          severity: 'low',
          because: `because of ${payroll.mark}`,
          rule: 'related',
        }),
        strandAt(none, byNode.id, at + 1000),
        strandAt(shop, byNode.id, at + 1005, {
          severity: 'info',
          condition: 'Evicted',
          root: root(none),
          rule: 'node-lost',
          because: `because of ${none.mark}`,
          key: 'v1:evicted',
        }),
        strandAt(shop, byNode.id, at + 1010, {
          severity: 'low',
          because: `because of ${none.mark}`,
          rule: 'node-lost',
        }),
        strandAt(shop, before.id, at - 5000, { clearedAt: at - 4500 }),
        strandAt(payroll, before.id, at - 4990, { clearedAt: at - 4500 }),
      ],
      log: [...logOf(spanning.id, at, payroll), ...logOf(byNode.id, at, none), ...logOf(before.id, at - 5000, payroll)],
    }),
  );
  await tellOf(store, spanning, [payroll, shop], at);
  await tellOf(store, byNode, [none, shop], at);
}

/** A few hundred random incidents, the same for the same seed, in a store and in the naive list. */
import type { Scope } from '../../model/access.ts';
import { CATEGORIES, SEVERITIES } from '../../model/cluster-event.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Incident, Strand } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { IncidentFilter } from '../../model/query.ts';
import type { TattleStore } from '../open-store.ts';
import { change, incident, seeded, strand } from './events.ts';
import { type NaiveIncident, NaiveIncidents } from './naive-incidents.ts';
import { CONFUSABLE, randomScope } from './random-scope.ts';

const CLUSTERS = [
  { uid: 'c-east', name: 'east' },
  { uid: 'c-west', name: 'west' },
] as const;
const NAMESPACES = ['shop', 'orders', 'kube-system', '', ...CONFUSABLE];
const STATES = ['open', 'acknowledged', 'resolved', 'regressed'] as const;
const CAUSES = ['missing-configuration', 'image-pull', 'node-lost'] as const;
const CONDITIONS = ['CrashLoopBackOff', 'OOMKilled', 'NodeNotReady'];
const SPAN_MS = 86_400_000;
const MOMENT_MS = 600_000;

export interface RandomIncidents {
  readonly naive: NaiveIncidents;
  readonly all: readonly NaiveIncident[];
  randomFilter(): IncidentFilter;
  randomScope(): Scope;
}

export async function fillIncidents(
  { store, diagnoses }: TattleStore,
  { seed, count, end }: { readonly seed: number; readonly count: number; readonly end: number },
): Promise<RandomIncidents> {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  // Few enough for several incidents to be about the same one.
  const objects = [...NAMESPACES, ...NAMESPACES].map((namespace, i) => ({
    kind: pick(['Deployment', 'Node', 'Pod']),
    namespace,
    name: `web-${String(i % 8)}`,
    uid: '',
  }));
  const object = (): ObjectRef => pick(objects);
  const heads: Incident[] = [];
  const strands: Strand[] = [];
  for (let i = 0; i < count; i++) {
    const openedAt = end - SPAN_MS + Math.floor((i / count) * SPAN_MS);
    const state = pick(STATES);
    // Into one of its cluster that was not merged itself, or was: chains come about.
    const into = random() < 0.15 ? heads.at(-1 - Math.floor(random() * 4)) : undefined;
    const head = incident(`${pick(['a', 'b'])}${String(i)}`, openedAt, {
      cluster: into?.cluster ?? pick(CLUSTERS),
      state,
      severity: pick(SEVERITIES),
      category: pick(CATEGORIES),
      condition: pick(CONDITIONS),
      root: object(),
      subject: object(),
      title: `${pick(['cart', '100%_done', 'Queue'])} ${pick(['crashes', 'waits'])}`,
      resolvedAt: state === 'resolved' ? openedAt + Math.floor(random() * SPAN_MS) : null,
      resolution: random() < 0.3 ? 'it was the quota' : null,
      mergedInto: into?.id ?? null,
    });
    heads.push(head);
    const living = (id: string): string => {
      const above = heads.find((each) => each.id === id)?.mergedInto ?? null;
      return above === null ? id : living(above);
    };
    // As often as not all of it lies in one place.
    const near = random() < 0.5;
    for (let n = 0; n <= Math.floor(random() * 4); n++) {
      // Before or after it opened, and often at the same moment as another.
      const firstSeen = openedAt + (Math.floor(random() * 5) - 2) * MOMENT_MS;
      strands.push(
        strand(living(head.id), firstSeen, {
          bornIn: head.id,
          key: `v1:${String(n)}`,
          cluster: head.cluster,
          root: n === 0 || near ? head.root : object(),
          subject: n === 0 || near ? head.subject : object(),
          severity: pick(SEVERITIES),
          category: pick(CATEGORIES),
          condition: pick(CONDITIONS),
          lastSeen: firstSeen + Math.floor(random() * MOMENT_MS),
          clearedAt: random() < 0.5 ? firstSeen + MOMENT_MS : null,
        }),
      );
    }
  }
  const inOrder = strands.toSorted(
    (a, b) => a.firstSeen - b.firstSeen || compare(a.bornIn, b.bornIn) || compare(a.key, b.key),
  );
  const byIncident = Map.groupBy(inOrder, ({ incidentId }) => incidentId);
  const all = heads.map((head) => {
    const own = byIncident.get(head.id) ?? [];
    return {
      head: { ...head, ...sumsOf(head, own) },
      strands: own,
      cause: random() < 0.6 ? pick(CAUSES) : '',
    };
  });
  await store.commit(change(end, { incidents: heads, strands }));
  for (const { head, cause } of all) {
    if (cause !== '') await diagnoses.saveDiagnosis({ incidentId: head.id, at: end, cause } as Diagnosis);
  }
  const value = (list: readonly string[]) => `${random() < 0.3 ? '!' : ''}${pick(list)}`;
  const fields: (() => IncidentFilter['fields'])[] = [
    () => ({ namespace: [value(NAMESPACES), value(NAMESPACES)] }),
    () => ({ cluster: [value(CLUSTERS.flatMap(({ uid, name }) => [uid, name]))] }),
    () => ({ state: [value(STATES), value(STATES)], severity: [value(SEVERITIES)] }),
    () => ({ cause: [value([...CAUSES, '', 'none-such'])], kind: [value(['Node', 'Pod'])] }),
    () => ({ name: ['web-1', 'web-2', '!web-3'], category: [`!${pick(CATEGORIES)}`] }),
    () => ({ condition: [value(CONDITIONS)] }),
    () => ({}),
  ];
  return {
    naive: new NaiveIncidents(all),
    all,
    randomScope: () => randomScope(random, CLUSTERS),
    randomFilter: () => {
      const from = Math.floor(end - SPAN_MS + random() * SPAN_MS);
      return {
        fields: pick(fields)(),
        ...(random() < 0.4 ? { from } : {}),
        ...(random() < 0.4 ? { to: Math.floor(from - SPAN_MS / 10 + random() * SPAN_MS) } : {}),
        ...(random() < 0.3
          ? { text: pick(['CART', '100%_', 'web-1 crashes', '_', 'oomKilled: pod', 'shop/web', 'nothing-has-this']) }
          : {}),
        ...(random() < 0.7 ? { scope: randomScope(random, CLUSTERS) } : {}),
      };
    },
  };
}

/** What an incident's strands add up to, as the store reads it. */
function sumsOf(
  { openedAt }: Incident,
  strands: readonly Strand[],
): Pick<Incident, 'lastSeen' | 'clearedAt' | 'eventCount'> {
  const cleared = strands.map(({ clearedAt }) => clearedAt);
  const ended = strands.length > 0 && !cleared.includes(null);
  return {
    lastSeen: strands.length === 0 ? openedAt : Math.max(...strands.map(({ lastSeen }) => lastSeen)),
    clearedAt: ended ? Math.max(...cleared.map((at) => at ?? 0)) : null,
    eventCount: strands.reduce((sum, { eventCount }) => sum + eventCount, 0),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A few thousand random events, the same for the same seed, committed batch by batch to a store and to the naive one. */
import { createHash } from 'node:crypto';
import type { KnownEvent } from '../../model/change-set.ts';
import { CATEGORIES, SEVERITIES } from '../../model/cluster-event.ts';
import type { Scope } from '../../model/access.ts';
import type { EventFilter } from '../../model/query.ts';
import type { TattleStore } from '../open-store.ts';
import { change, created, repeated, seeded } from './events.ts';
import type { EventShape } from './events.ts';
import { NaiveHistory } from './naive-history.ts';
import { CONFUSABLE, randomScope } from './random-scope.ts';

const CLUSTERS = [
  { uid: 'a0000000-0000-4000-8000-000000000001', name: 'east' },
  { uid: 'a0000000-0000-4000-8000-000000000002', name: 'west' },
] as const;
const NAMESPACES = ['shop', 'orders', 'search', 'kube-system', '', ...CONFUSABLE];
const REASONS = ['BackOff', 'Failed', 'Pulled', 'Unhealthy', 'FailedMount', 'Scheduled'];
const WORDS = ['restarting', 'container', 'probe', 'image', 'volume', '100%_done', 'Timeout'];

export interface RandomHistory {
  readonly naive: NaiveHistory;
  readonly from: number;
  readonly to: number;
  /** Half of them with a scope. */
  randomFilter(): EventFilter;
  randomScope(): Scope;
}

/** `hours` ends at `end`; every `at` is distinct, so that the order is one. */
export async function fillRandomly(
  store: TattleStore,
  options: { seed: number; batches: number; end: number; hours: number },
): Promise<RandomHistory> {
  const random = seeded(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const naive = new NaiveHistory();
  const from = options.end - options.hours * 3_600_000;
  const taken = new Set<number>();
  const shapes: EventShape[] = [];
  const distinct = (at: number): number => {
    let free = Math.floor(at);
    while (taken.has(free)) free--;
    taken.add(free);
    return free;
  };
  for (let batch = 0; batch < options.batches; batch++) {
    const now = Math.floor(from + ((batch + 1) / options.batches) * (options.end - from));
    // Mostly of now, sometimes late.
    const moment = () => distinct(now - (random() < 0.1 ? random() * 7_200_000 : random() * 60_000) - 1);
    const fresh: EventShape[] = Array.from({ length: 20 }, (_, i) => ({
      uid: createHash('md5')
        .update(`${String(options.seed)}/${String(batch)}/${String(i)}`)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      cluster: pick(CLUSTERS),
      namespace: pick(NAMESPACES),
      kind: pick(['Pod', 'Node', 'Job']),
      name: `web-${String(Math.floor(random() * 30))}`,
      reason: pick(REASONS),
      type: pick(['Normal', 'Warning']),
      message: `${pick(WORDS)} ${pick(WORDS)} ${String(Math.floor(random() * 100))}`,
      category: pick(CATEGORIES),
      severity: pick(SEVERITIES),
      component: pick(['kubelet', 'default-scheduler']),
      node: pick(['node-1', 'node-2', '']),
      labels: random() < 0.3 ? { app: pick(['cart', 'api']), tier: 'web' } : {},
      count: 1 + Math.floor(random() * 3),
      at: moment(),
    }));
    const again = new Set<number>();
    for (let i = 0; i < Math.min(20, shapes.length); i++) again.add(Math.floor(random() * shapes.length));
    const old = [...again].map((at) => {
      const shape = shapes[at] as EventShape;
      const next = { ...shape, count: (shape.count ?? 1) + 1 + Math.floor(random() * 4), at: moment() };
      shapes[at] = next;
      return next;
    });
    const known = await store.store.identify(
      old.map((shape) => ({ clusterUid: (shape.cluster ?? CLUSTERS[0]).uid, uid: shape.uid })),
    );
    const incident = () => (random() < 0.2 ? `incident-${String(Math.floor(random() * 10))}` : null);
    const set = change(now, {
      created: fresh.map((shape) => created(shape, incident())),
      repeated: old.map((shape, i) => repeated(shape, known[i] as KnownEvent)),
    });
    await store.store.commit(set);
    naive.commit(set);
    shapes.push(...fresh);
  }
  const filters: (() => Partial<EventFilter['fields']>)[] = [
    () => ({ namespace: [pick(NAMESPACES)] }),
    () => ({ namespace: [`!${pick(NAMESPACES)}`, `!${pick(NAMESPACES)}`] }),
    () => ({ reason: [pick(REASONS), pick(REASONS)] }),
    () => ({ severity: [pick(SEVERITIES)], kind: ['Pod'] }),
    () => ({ cluster: [pick(CLUSTERS).uid] }),
    () => ({ cluster: [`!${pick(CLUSTERS).name}`] }),
    () => ({ name: [`web-${String(Math.floor(random() * 30))}`] }),
    () => ({ incident: [`incident-${String(Math.floor(random() * 10))}`] }),
    () => ({ node: ['', 'node-2'], type: ['Warning'] }),
    () => ({ uid: [pick(shapes).uid] }),
    () => ({ category: [pick(CATEGORIES)], source: ['!kubelet'] }),
    () => ({ name: ['web-1', '!web-2'], namespace: ['shop', 'orders'] }),
    () => ({}),
  ];
  return {
    naive,
    from,
    to: options.end,
    randomScope: () => randomScope(random, CLUSTERS),
    randomFilter: () => {
      const span = options.end - from;
      const start = Math.floor(from + random() * span);
      return {
        fields: pick(filters)(),
        ...(random() < 0.6 ? { from: start } : {}),
        ...(random() < 0.5 ? { to: Math.floor(start + random() * (options.end - start)) } : {}),
        ...(random() < 0.2
          ? { text: pick(['RESTARTING', 'probe 1', '100%_', 'web-2 image', 'nothing-has-this']) }
          : {}),
        ...(random() < 0.15 ? { labels: { app: 'cart' } } : {}),
        ...(random() < 0.5 ? { scope: randomScope(random, CLUSTERS) } : {}),
      };
    },
  };
}

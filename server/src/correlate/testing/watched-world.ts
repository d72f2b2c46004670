/** A small cluster for tests of correlation: objects with owners and nodes, levels that hold or not, events, a clock in seconds. */
import { text } from '../../kit/fields.ts';
import type { KnownEvent } from '../../model/change-set.ts';
import type { Severity, TriagedEvent } from '../../model/cluster-event.ts';
import type { Command } from '../../model/incident-command.ts';
import type { IncidentHead, LogEntry, NewJob, Strand, Tie } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type { ActiveConditions, KindKnowledge, ObjectCache, SlimObject } from '../../model/slim-object.ts';
import { Correlator, type Correlated } from '../correlator.ts';

export const BASE = Date.parse('2026-11-20T12:00:00Z');
const NAMESPACE = 'shop';
const CLUSTER = { uid: 'c-1', name: 'test' };

/** `Deployment/cart`, `Node/n1`, `other/Pod/x`. */
function ref(named: string): ObjectRef {
  const parts = named.split('/');
  const [namespace, kind, name] = parts.length === 3 ? parts : [parts[0] === 'Node' ? '' : NAMESPACE, ...parts];
  return { kind: kind ?? '', namespace: namespace ?? '', name: name ?? '', uid: `uid-${named}` };
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}|${namespace}|${name}`;
}

interface Shape {
  readonly owner?: string;
  readonly node?: string;
  readonly ready?: boolean;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One cluster's objects; everything of it is known. */
class Objects {
  readonly all = new Map<string, SlimObject>();

  put(named: string, shape: Shape): void {
    const own = ref(named);
    const nodeName = shape.node === undefined ? {} : { nodeName: shape.node };
    const ready =
      shape.ready === undefined ? {} : { conditions: [{ type: 'Ready', status: shape.ready ? 'True' : 'False' }] };
    this.all.set(keyOf(own), {
      ref: own,
      resourceVersion: '1',
      labels: shape.labels ?? {},
      annotations: {},
      owners: shape.owner === undefined ? [] : [ref(shape.owner)],
      createdAt: BASE - 86_400_000,
      deletingSince: null,
      generation: 1,
      spec: { ...nodeName, ...shape.spec },
      status: { ...ready, ...shape.status },
    });
  }

  rootOf(start: ObjectRef): ObjectRef {
    let at = start;
    for (let depth = 0; depth < 10; depth += 1) {
      const owner = this.all.get(keyOf(at))?.owners[0];
      if (owner === undefined || owner.kind === 'Node') return at;
      at = owner;
    }
    return at;
  }
}

export interface Told {
  /** What it is about. */
  readonly of: string;
  /** Condition and, for Unhealthy, what its message begins with. */
  readonly as: string;
  readonly severity?: Severity;
  /** Seconds; now unless told. */
  readonly at?: number;
  readonly since?: number;
  readonly source?: 'event' | 'state';
  readonly cleared?: boolean;
  readonly message?: string;
  readonly uid?: string;
  readonly reason?: string;
  readonly related?: string;
  readonly cluster?: string;
}

export class WatchedWorld implements ActiveConditions {
  readonly incidents = new Map<string, IncidentHead>();
  readonly strands = new Map<string, Strand>();
  readonly ties = new Map<string, Tie>();
  readonly log = new Map<string, LogEntry>();
  readonly jobs = new Map<string, NewJob>();
  readonly objects = new Objects();
  /** `Deployment/cart MinimumReplicasUnavailable` → whether it holds; what is not in it is unknown. */
  readonly levels = new Map<string, boolean>();
  readonly wellness = new Map<string, boolean>();
  readonly #stored = new Map<string, KnownEvent>();
  #knowledge: KindKnowledge = 'synced';
  #correlator = this.#made();
  #seconds = 0;
  #uids = 0;

  get now(): number {
    return BASE + this.#seconds * 1000;
  }

  get seconds(): number {
    return this.#seconds;
  }

  get correlator(): Correlator {
    return this.#correlator;
  }

  forgetPods(): this {
    this.#knowledge = 'not-watched';
    return this;
  }

  put(named: string, shape: Shape = {}): this {
    this.objects.put(named, shape);
    return this;
  }

  gone(named: string): this {
    this.objects.all.delete(keyOf(ref(named)));
    return this;
  }

  /** A Deployment with its ReplicaSet and so many pods, all on one node. */
  deployment(name: string, pods: number, node: string, ready = true): this {
    const labels = { app: name };
    this.put(`Deployment/${name}`, { spec: { template: { metadata: { labels } } } });
    this.put(`ReplicaSet/${name}-5d4`, { owner: `Deployment/${name}` });
    for (let i = 1; i <= pods; i += 1) {
      this.put(`Pod/${name}-5d4-${i}`, { owner: `ReplicaSet/${name}-5d4`, node, ready, labels });
    }
    return this;
  }

  holds(clusterUid: string, root: ObjectRef, condition: string): boolean | undefined {
    return clusterUid === CLUSTER.uid ? this.levels.get(`${root.kind}/${root.name} ${condition}`) : undefined;
  }

  healthy(_clusterUid: string, root: ObjectRef): boolean | undefined {
    return this.wellness.get(`${root.kind}/${root.name}`);
  }

  level(what: string, holds: boolean): this {
    this.levels.set(what, holds);
    return this;
  }

  well(named: string, isWell: boolean): this {
    this.wellness.set(named, isWell);
    return this;
  }

  /** Lets time pass as it does: it is asked every second. */
  wait(seconds: number, step = 1): this {
    const until = this.#seconds + seconds;
    while (this.#seconds < until) {
      this.#seconds = Math.min(until, this.#seconds + step);
      this.tick();
    }
    return this;
  }

  skipTo(seconds: number): this {
    this.#seconds = seconds;
    return this;
  }

  tick(): void {
    this.adopt(this.#correlator.tick(this.now));
  }

  /** One batch, with the tick before it that the pipeline makes. */
  tell(...all: readonly Told[]): this {
    this.tick();
    this.adopt(this.decide(all.map((told) => this.event(told))));
    return this;
  }

  /** Each in a batch of its own. */
  tellApart(...all: readonly Told[]): this {
    for (const told of all) this.tell(told);
    return this;
  }

  decide(events: readonly TriagedEvent[], arrivedAt = this.now): Correlated {
    const rows = events.map((event) => ({ event, known: this.#stored.get(event.observation.uid), incidentId: null }));
    const created = rows.filter(({ known }) => known === undefined);
    const repeated = rows.flatMap(({ known, ...row }) =>
      known === undefined ? [] : [{ ...row, known, delta: Math.max(0, row.event.observation.count - known.count) }],
    );
    return this.#correlator.decide(
      {
        created: created.map(({ event }) => ({ event, delta: event.observation.count, incidentId: null })),
        repeated,
        isFresh: () => true,
        arrivedAt,
      },
      this.now,
    );
  }

  adopt(decided: Correlated): void {
    decided.adopt();
    for (const row of [...decided.created, ...decided.repeated]) {
      const { uid, count, lastSeen } = row.event.observation;
      this.#stored.set(uid, { eventId: this.#stored.size, count, lastSeen, incidentId: row.incidentId });
    }
    for (const incident of decided.incidents) this.incidents.set(incident.id, incident);
    for (const strand of [...decided.strands, ...decided.counted])
      this.strands.set(`${strand.bornIn}/${strand.key}`, strand);
    for (const tie of decided.ties) this.ties.set(`${tie.a} ${tie.b}`, tie);
    for (const entry of decided.log) {
      const key = `${entry.incidentId}/${entry.key}`;
      if (!this.log.has(key)) this.log.set(key, entry);
    }
    for (const job of decided.jobs) if (!this.jobs.has(job.key)) this.jobs.set(job.key, job);
  }

  act(command: Command): string | null {
    const decided = this.#correlator.act(
      command,
      { incidents: [...this.incidents.values()], strands: [...this.strands.values()] },
      this.now,
    );
    if (decided.refusal === null) this.adopt(decided);
    return decided.refusal;
  }

  /** A new process reads back what the store keeps. */
  restart(): this {
    this.#correlator = this.#made();
    const incidents = [...this.incidents.values()].filter(
      ({ state, resolvedAt }) => state !== 'resolved' || (resolvedAt ?? 0) >= this.now - 3_600_000,
    );
    const ids = new Set(incidents.map(({ id }) => id));
    const strands = [...this.strands.values()]
      .filter(({ incidentId }) => ids.has(incidentId))
      .sort((a, b) => a.firstSeen - b.firstSeen || a.key.localeCompare(b.key));
    this.#correlator.recover({ incidents, strands, ties: [...this.ties.values()] });
    return this;
  }

  /** Open incidents as `condition of Kind/name severity: strands`, in alphabetical order. */
  get open(): readonly string[] {
    return this.#told(({ state }) => state !== 'resolved');
  }

  get ended(): readonly string[] {
    return this.#told(({ state }) => state === 'resolved');
  }

  #told(isMeant: (incident: IncidentHead) => boolean): readonly string[] {
    return [...this.incidents.values()]
      .filter((incident) => incident.mergedInto === null && isMeant(incident))
      .map(({ condition, root }) => `${condition} of ${root.kind}/${root.name}`)
      .sort();
  }

  one(): IncidentHead {
    const all = [...this.incidents.values()].filter(({ mergedInto }) => mergedInto === null);
    if (all.length !== 1 || all[0] === undefined)
      throw new Error(`there are ${all.length}: ${all.map(({ title }) => title).join(', ')}`);
    return all[0];
  }

  find(title: string): IncidentHead {
    const found = [...this.incidents.values()].find(
      (incident) => incident.title === title && incident.mergedInto === null,
    );
    if (found === undefined)
      throw new Error(`no ${title}: ${[...this.incidents.values()].map((each) => each.title).join(', ')}`);
    return found;
  }

  strandsOf(id: string): readonly Strand[] {
    return [...this.strands.values()].filter(({ incidentId }) => incidentId === id);
  }

  notices(kind?: string): readonly string[] {
    return [...this.jobs.values()]
      .filter((job) => job.kind === 'notice' && (kind === undefined || job.payload['kind'] === kind))
      .map((job) => `${String(job.payload['kind'])} ${this.incidents.get(job.incidentId)?.root.name ?? ''}`);
  }

  captures(): number {
    return [...this.jobs.values()].filter(({ kind }) => kind === 'evidence').length;
  }

  event(told: Told): TriagedEvent {
    const seen = BASE + (told.at ?? this.#seconds) * 1000;
    const object = ref(told.of);
    const rootOwner = this.objects.rootOf(object);
    const source = told.source ?? 'event';
    this.#uids += 1;
    const base = {
      cluster: told.cluster === undefined ? CLUSTER : { uid: told.cluster, name: told.cluster },
      uid: told.uid ?? `e-${this.#uids}`,
      object,
      reason: told.reason ?? told.as,
      type: 'Warning',
      message: told.message ?? `${told.as} of ${told.of}`,
      count: 1,
      firstSeen: told.since === undefined ? seen : BASE + told.since * 1000,
      lastSeen: seen,
      component: 'test',
      host: '',
      labels: {},
      annotations: {},
      related: told.related === undefined ? null : ref(told.related),
    };
    const transition = told.cleared === true ? ('cleared' as const) : ('raised' as const);
    return {
      observation:
        source === 'state' || told.cleared === true
          ? { ...base, source: 'state', condition: told.as, transition, container: '' }
          : { ...base, source: 'event' },
      category: 'Other',
      severity: told.cleared === true ? 'info' : (told.severity ?? 'high'),
      condition: told.as,
      rootOwner,
      fingerprint: `v1:${told.of}${told.as}`,
      correlationId: `v1:${rootOwner.kind}${rootOwner.name}`,
      node: this.#nodeOf(object),
    };
  }

  #nodeOf(object: ObjectRef): string {
    if (object.kind === 'Node') return object.name;
    return text(this.objects.all.get(keyOf(object))?.spec['nodeName']);
  }

  #made(): Correlator {
    const { objects } = this;
    const cache: ObjectCache = {
      find: (cluster, wanted) => (cluster === CLUSTER.uid ? objects.all.get(keyOf(wanted)) : undefined),
      list: (cluster, kind, namespace) =>
        cluster === CLUSTER.uid
          ? [...objects.all.values()].filter(
              (each) => each.ref.kind === kind && (namespace === undefined || each.ref.namespace === namespace),
            )
          : [],
      knowledge: () => this.#knowledge,
      rootOwner: (cluster, wanted) => (cluster === CLUSTER.uid ? objects.rootOf(wanted) : wanted),
      ownerChain: () => [],
      nodeOf: (_cluster, wanted) => this.#nodeOf(wanted),
    };
    return new Correlator({
      cache,
      active: this,
      problemKey: (clusterUid, root, condition) => `${clusterUid}/${keyOf(root)}/${condition}`,
    });
  }
}

/** Mulberry32: the same sequence for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(all: readonly T[], random: () => number): readonly T[] {
  const rest = [...all];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return out;
}

/** Every order of a few. */
export function orders<T>(all: readonly T[]): readonly (readonly T[])[] {
  if (all.length <= 1) return [all];
  return all.flatMap((one, index) => orders(all.toSpliced(index, 1)).map((rest) => [one, ...rest]));
}

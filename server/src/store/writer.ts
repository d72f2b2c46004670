/** The Store port: identifies what is known and commits batches. The single writer of its clusters, safe when it is not. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ChangeSet, KnownEvent, NewEvent, RepeatedEvent } from '../model/change-set.ts';
import { ConflictError, DataError } from '../model/ports/store.ts';
import type { EventKey, PreparedCommit } from '../model/ports/store.ts';
import type { Metrics } from '../model/ports/process.ts';
import type { Connections } from './connections.ts';
import { TextDictionary } from './dictionary.ts';
import type { DimsDictionary } from './dims.ts';
import { dayOf, partitionKeyOf } from './event-id.ts';
import type { PartitionKey } from './event-id.ts';
import { feedEntry, newsOfBatch } from './feed-entry.ts';
import { type FeedHold, FeedSweep } from './feed-sweep.ts';
import { fetchStored, Identities } from './identity.ts';
import type { StoredEvent } from './stored-event.ts';
import type { Journal } from './journal.ts';
import type { Partitions } from './partitions.ts';
import { RowNumbers } from './row-numbers.ts';
import type { Statement } from './statements.ts';
import { eventStatements } from './write-events.ts';
import type { EventStatements, EventWrite } from './write-events.ts';
import { AddingUp } from './write-rollups.ts';
import { stateStatements } from './write-state.ts';

/** An incident's short name is asked for on every event of it. */
const INCIDENTS_KEPT = 20_000;

export interface WriterOptions {
  readonly connections: Connections;
  readonly journal: Journal;
  readonly partitions: Partitions;
  readonly dims: DimsDictionary;
  readonly clusters: TextDictionary;
  readonly metrics: Metrics;
  readonly feedHold: FeedHold;
  /** Recent identities kept in memory, about 90 bytes each. */
  readonly recentIdentities: number;
}

export class Writer {
  readonly #connections: Connections;
  readonly #journal: Journal;
  readonly #partitions: Partitions;
  readonly #dims: DimsDictionary;
  readonly #clusters: TextDictionary;
  readonly #metrics: Metrics;
  readonly #identities: Identities;
  readonly #numbers = new RowNumbers();
  readonly #addingUp = new AddingUp();
  readonly #feedSweep: FeedSweep;
  /** Raised by each failure: what was prepared before it is void. */
  #generation = 0;
  readonly #incidents = new TextDictionary({
    name: 'incident_numbers',
    number: 'no',
    text: 'id',
    bound: INCIDENTS_KEPT,
  });
  readonly #clusterNames = new Map<number, string>();

  constructor(options: WriterOptions) {
    this.#connections = options.connections;
    this.#journal = options.journal;
    this.#partitions = options.partitions;
    this.#dims = options.dims;
    this.#clusters = options.clusters;
    this.#metrics = options.metrics;
    this.#feedSweep = new FeedSweep(options.feedHold);
    this.#identities = new Identities(options.recentIdentities);
  }

  async identify(keys: readonly EventKey[]): Promise<readonly (KnownEvent | null)[]> {
    if (keys.length === 0) return [];
    const clusters = await this.#clusters.resolve(this.#connections, clustersOf(keys), false);
    try {
      return await this.#identities.identify(
        this.#connections,
        keys,
        keys.map((key) => clusters.get(key.clusterUid)),
      );
    } finally {
      this.#metrics.gauge('tattle_store_identities_kept', {}, this.#identities.size);
    }
  }

  /**
   * Makes a batch ready while the one before it is still being committed: memory counts on both from here on. When either
   * fails, memory forgets, and what was prepared meanwhile is refused. Throws ConflictError, DataError or StoreUnavailable.
   */
  async prepare(change: ChangeSet): Promise<PreparedCommit> {
    const generation = this.#generation;
    try {
      const writes = await this.#writes(change);
      await this.#partitions.ensure(this.#connections, partitionsOf(writes, change.at));
      // A row and its occurrence.
      await this.#numbers.reserve(this.#connections, writes.length * 2);
      // What is on the wire goes on meanwhile: making rows takes some milliseconds.
      await turn();
      const { statements, adopt } = eventStatements(
        writes,
        change.at,
        () => this.#numbers.take(),
        (rows) => this.#journal.buffers.fill(rows),
      );
      // What no position covers was acknowledged to its sender, or will never be asked for again. Jobs act outward.
      const durable = change.durable === true || change.positions.length === 0 || change.jobs.length > 0;
      const addingUp = statements.length === 0 ? null : this.#addingUp.statement(change.at);
      const all = [
        ...statements,
        ...(addingUp === null ? [] : [addingUp]),
        ...this.#feedStatements(change, writes, adopt),
        ...stateStatements(change),
      ];
      this.#refuseOutdated(generation);
      for (const { clusterId, uid, stored } of adopt) this.#identities.adopt(clusterId, uid, stored);
      return { commit: () => this.#commit(all, durable, generation) };
    } catch (error) {
      this.#startOver();
      throw error;
    }
  }

  #feedStatements(
    change: ChangeSet,
    writes: readonly EventWrite[],
    adopt: EventStatements['adopt'],
  ): readonly Statement[] {
    const turns = adopt.map(({ stored }, i) => ({ was: writes[i]?.stored ?? null, next: stored }));
    const news = newsOfBatch(change, turns);
    if (news === null) return [];
    const sweep = this.#feedSweep.statement(change.at);
    return [feedEntry(news), ...(sweep === null ? [] : [sweep])];
  }

  async #commit(statements: readonly Statement[], durable: boolean, generation: number): Promise<void> {
    this.#refuseOutdated(generation);
    try {
      await this.#journal.commit(statements, durable);
    } catch (error) {
      // Memory forgot with the first that failed, and may have been built up again since.
      this.#refuseOutdated(generation, error);
      this.#startOver();
      throw error;
    }
  }

  #refuseOutdated(generation: number, cause?: unknown): void {
    if (generation === this.#generation) return;
    throw new ConflictError('a batch that this one counted on was not committed', { cause });
  }

  #startOver(): void {
    this.#generation += 1;
    this.#identities.forget();
  }

  /** After retention dropped rows, memory of them must go, too. */
  forget(): void {
    this.#identities.forget();
  }

  async #writes(change: ChangeSet): Promise<readonly EventWrite[]> {
    const all: readonly (NewEvent | RepeatedEvent)[] = [...change.created, ...change.repeated];
    if (all.length === 0) return [];
    const clusters = await this.#clusterIds(change);
    const clusterIds = all.map(({ event }) => clusters.get(event.observation.cluster.uid) ?? 0);
    const dims = await this.#dims.of(
      this.#connections,
      all.map(({ event }) => event),
      clusterIds,
    );
    const incidents = await this.#incidents.resolve(this.#connections, incidentsOf(all), true);
    const stored = await this.#storedOf(change.repeated, clusters);
    const changed = stored.filter((each, i) => each.dimsId !== dims[change.created.length + i]?.id);
    const wasDims = await this.#dims.byIds(
      this.#connections,
      changed.map((each) => each.dimsId),
    );
    const writes: EventWrite[] = [];
    const newest = new Map<number, number>();
    all.forEach(({ event, delta, incidentId }, i) => {
      const known = i < change.created.length ? null : (stored[i - change.created.length] ?? null);
      const dim = dims[i];
      if (dim === undefined) throw new DataError('an event without dimensions');
      const write: EventWrite = {
        event,
        delta,
        clusterId: clusterIds[i] ?? 0,
        dims: dim,
        wasDims: (known === null ? undefined : wasDims.get(known.dimsId)) ?? dim,
        incidentId,
        incidentNo: incidentId === null ? null : (incidents.get(incidentId) ?? null),
        stored: known,
      };
      const earlier = known === null ? undefined : newest.get(known.eventId);
      if (known !== null && earlier === undefined) newest.set(known.eventId, writes.length);
      const before = earlier === undefined ? undefined : writes[earlier];
      if (earlier !== undefined && before !== undefined) writes[earlier] = folded(before, write);
      else writes.push(write);
    });
    return writes;
  }

  /** What is stored of each repeat, from memory; what memory forgot since `identify` is read again. */
  async #storedOf(
    repeated: readonly RepeatedEvent[],
    clusters: ReadonlyMap<string, number>,
  ): Promise<readonly StoredEvent[]> {
    const missing = new Set<number>();
    const recalled = repeated.map(({ event: { observation }, known }) => {
      const recent = this.#identities.recall(clusters.get(observation.cluster.uid) ?? 0, observation.uid);
      if (recent === undefined) missing.add(known.eventId);
      return recent;
    });
    const read = missing.size === 0 ? undefined : await fetchStored(this.#connections, [...missing]);
    return repeated.map(({ known }, i) => {
      const stored = recalled[i] ?? read?.get(known.eventId);
      if (stored === undefined || stored.eventId !== known.eventId || stored.count !== known.count) {
        throw new ConflictError('what was known of a repeated event is no longer so');
      }
      return stored;
    });
  }

  async #clusterIds(change: ChangeSet): Promise<ReadonlyMap<string, number>> {
    const names = new Map<string, string>();
    for (const { event } of change.created) names.set(event.observation.cluster.uid, event.observation.cluster.name);
    for (const { event } of change.repeated) names.set(event.observation.cluster.uid, event.observation.cluster.name);
    const ids = await this.#clusters.resolve(this.#connections, names.keys(), true);
    for (const [uid, name] of names) {
      const id = ids.get(uid);
      if (id === undefined || this.#clusterNames.get(id) === name) continue;
      await this.#connections.query('UPDATE clusters SET name = $2 WHERE id = $1 AND name <> $2', [id, name]);
      this.#clusterNames.set(id, name);
    }
    return ids;
  }
}

/** Two repeats of one event in a batch are one: deltas add up, the later arrival says the rest. */
function folded(before: EventWrite, after: EventWrite): EventWrite {
  const later = after.event.observation.lastSeen >= before.event.observation.lastSeen ? after : before;
  const incident = after.incidentId === null ? before : after;
  return {
    ...later,
    delta: before.delta + after.delta,
    incidentId: incident.incidentId,
    incidentNo: incident.incidentNo,
  };
}

function clustersOf(keys: readonly EventKey[]): ReadonlySet<string> {
  const uids = new Set<string>();
  for (const key of keys) uids.add(key.clusterUid);
  return uids;
}

function incidentsOf(events: readonly { readonly incidentId: string | null }[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { incidentId } of events) if (incidentId !== null) ids.add(incidentId);
  return ids;
}

function partitionsOf(writes: readonly EventWrite[], at: number): readonly PartitionKey[] {
  const day = dayOf(at);
  const classes = new Set<number>();
  for (const { dims, stored } of writes) {
    classes.add(stored === null ? dims.retention : partitionKeyOf(stored.eventId).retention);
  }
  return [...classes].map((retention) => ({ retention, day }));
}

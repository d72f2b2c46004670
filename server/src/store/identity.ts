/** Which row an event's uid is: a bounded memory of recent ones over the identity table. */
import { createHash } from 'node:crypto';
import type { EventKey } from '../model/ports/store.ts';
import type { Queryable } from './connections.ts';
import { asUuid } from './dictionary.ts';
import { IdentityMemory } from './identity-memory.ts';
import { partitionKeyOf, partitionName, partitionNumber } from './event-id.ts';
import type { StoredEvent } from './stored-event.ts';
import { isCanonicalUuid, plainArray } from './text.ts';

/** The identity key: the uid itself where it is a canonical lower-case UUID, else 128 bits of its hash. */
export function identityKey(uid: string): string {
  return isCanonicalUuid(uid) ? uid : asUuid(createHash('sha256').update(uid).digest('hex'));
}

export class Identities {
  readonly #recent: IdentityMemory;

  get size(): number {
    return this.#recent.size;
  }

  /** About 90 bytes an entry. */
  constructor(bound: number) {
    this.#recent = new IdentityMemory(bound);
  }

  recall(clusterId: number, uid: string): StoredEvent | undefined {
    return this.#recent.get(identityKey(uid), clusterId);
  }

  /** Of what is committed, or prepared to be: a failed commit makes all of it forgotten. */
  adopt(clusterId: number, uid: string, stored: StoredEvent): void {
    this.#recent.set(identityKey(uid), clusterId, stored);
  }

  forget(): void {
    this.#recent.clear();
  }

  /** Index i answers keys[i]; `clusterIds` says undefined for a cluster that was never stored. */
  async identify(
    queryable: Queryable,
    keys: readonly EventKey[],
    clusterIds: readonly (number | undefined)[],
  ): Promise<(StoredEvent | null)[]> {
    const answers: (StoredEvent | null)[] = [];
    const missing: number[] = [];
    keys.forEach((key, i) => {
      const clusterId = clusterIds[i];
      const recent = clusterId === undefined ? undefined : this.recall(clusterId, key.uid);
      answers.push(recent ?? null);
      if (recent === undefined && clusterId !== undefined) missing.push(i);
    });
    if (missing.length === 0) return answers;
    const wanted = missing.map((i) => identityKey(keys[i]?.uid ?? ''));
    const found = await queryable.query<{ key: string; cluster_id: number; event_id: number }>(
      // One descent of the index each, whatever the statistics say: `= ANY` of a thousand keys made the planner read the whole
      // table, with 700,000 rows still (80 to 160 ms).
      `SELECT i.key, i.cluster_id, i.event_id FROM unnest($1::uuid[]) AS k (key)
       CROSS JOIN LATERAL (SELECT key, cluster_id, event_id FROM event_identity WHERE key = k.key OFFSET 0) i`,
      [plainArray(wanted)],
    );
    if (found.length === 0) return answers;
    const ids = new Map(found.map((row) => [keyOf(row.cluster_id, row.key), row.event_id]));
    const stored = await fetchStored(queryable, [...ids.values()]);
    missing.forEach((i, at) => {
      const clusterId = clusterIds[i] ?? 0;
      const uid = keys[i]?.uid ?? '';
      // A batch that was prepared while the database was asked knows more than its answer.
      const row = this.recall(clusterId, uid) ?? stored.get(ids.get(keyOf(clusterId, wanted[at] ?? '')) ?? -1);
      if (row === undefined) return;
      answers[i] = row;
      this.adopt(clusterId, uid, row);
    });
    return answers;
  }
}

/** Rows by id, partition by partition: planning over all partitions would cost more than the reading. */
export async function fetchStored(
  queryable: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, StoredEvent>> {
  const stored = new Map<number, StoredEvent>();
  for (const [partition, members] of byPartition(ids)) {
    const rows = await queryable.query<StoredEvent & Record<string, unknown>>(
      `SELECT e.id AS "eventId", count, last_seen AS "lastSeen", last_at AS "lastAt", last_seq AS "lastSeq",
         born_at AS "bornAt", dims_id AS "dimsId", 0 AS said, n.id AS "incidentId"
       FROM ${partition} e LEFT JOIN incident_numbers n ON n.no = e.incident_no WHERE e.id = ANY($1::bigint[])`,
      [plainArray(members)],
    );
    for (const row of rows) stored.set(row.eventId, row);
  }
  return stored;
}

/** Event ids under the name of their partition. */
function byPartition(ids: readonly number[]): ReadonlyMap<string, number[]> {
  const groups = Map.groupBy(ids, partitionNumber);
  return new Map([...groups.values()].map((group) => [partitionName('events', partitionKeyOf(group[0] ?? 0)), group]));
}

function keyOf(clusterId: number, uid: string): string {
  return `${String(clusterId)}/${uid}`;
}

/** Events of a batch as statements: new rows by COPY straight into their partition, repeats by one UPDATE a partition. */
import type { TriagedEvent } from '../model/cluster-event.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { DataError } from '../model/ports/store.ts';
import type { Dims } from './dims.ts';
import { DAY_SPAN, dayOf, partitionKeyOf, partitionName, partitionNumber, rowNumber } from './event-id.ts';
import { identityKey } from './identity.ts';
import type { StoredEvent } from './stored-event.ts';
import { RollupChanges } from './write-rollups.ts';
import { exactly } from './statements.ts';
import type { Statement } from './statements.ts';
import { json } from './json.ts';
import { copyField, plainArray, textArray } from './text.ts';

/** A new or repeated event with everything that only the store can say about it. */
export interface EventWrite {
  readonly event: TriagedEvent;
  readonly delta: number;
  readonly clusterId: number;
  readonly dims: Dims;
  /** The dimensions that it is stored with; the same as `dims` for a first sight. */
  readonly wasDims: Dims;
  readonly incidentId: string | null;
  readonly incidentNo: number | null;
  /** Null for a first sight. */
  readonly stored: StoredEvent | null;
}

export interface EventStatements {
  readonly statements: readonly Statement[];
  /** To be adopted by memory after the commit. */
  readonly adopt: readonly { readonly clusterId: number; readonly uid: string; readonly stored: StoredEvent }[];
}

const EVENT_COLUMNS =
  'id,last_at,last_seq,born_at,first_seen,last_seen,ingested_at,last_ingest,count,dims_id,incident_no,uid,fingerprint,correlation,uid_text,name,object_uid,message,condition,node,root,labels';

/** `at` is the ingest time; `take` gives the next free row number, `bytes` puts rows one after the other. */
export function eventStatements(
  writes: readonly EventWrite[],
  at: number,
  take: () => number,
  bytes: (rows: readonly string[]) => Buffer,
): EventStatements {
  const identity: string[] = [];
  const events = new Map<number, string[]>();
  const occurrences = new Map<number, string[]>();
  const repeats = new Map<number, Repeat[]>();
  const rollups = new RollupChanges();
  const adopt: { clusterId: number; uid: string; stored: StoredEvent }[] = [];
  const ingest = integer(at, 'ingest time');
  const day = dayOf(at);

  for (const write of writes) {
    const { observation } = write.event;
    const lastSeen = integer(observation.lastSeen, 'lastSeen');
    const happened = Math.min(lastSeen, ingest);
    const { dims, stored } = write;
    const delta = Math.min(integer(write.delta, 'delta'), 2 ** 31 - 1);
    if (stored === null) {
      const id = rowNumber(dims.retention, day, take());
      const seq = rowNumber(dims.retention, day, take());
      const next = {
        eventId: id,
        count: integer(observation.count, 'count'),
        lastSeen,
        incidentId: write.incidentId,
        lastAt: happened,
        lastSeq: seq,
        bornAt: happened,
        dimsId: dims.id,
        said: saidBy(write.event),
      };
      const key = identityKey(observation.uid);
      identity.push(`${key}\t${String(write.clusterId)}\t${String(id)}\n`);
      push(events, partitionNumber(id), eventRow(write, next, key, ingest));
      push(occurrences, partitionNumber(seq), occurrenceRow(happened, seq, id, dims.id, delta));
      rollups.count(happened, dims, 1, 1, delta);
      adopt.push({ clusterId: write.clusterId, uid: observation.uid, stored: next });
      continue;
    }
    const newest = happened >= stored.lastAt;
    const moved = happened > stored.lastAt || stored.dimsId !== dims.id;
    let seq = stored.lastSeq;
    if (delta > 0 || moved) {
      // An event stays in the class of its first ingest, and its occurrences with it.
      const own = rowNumber(partitionKeyOf(stored.eventId).retention, day, take());
      push(occurrences, partitionNumber(own), occurrenceRow(happened, own, stored.eventId, dims.id, delta));
      rollups.count(happened, dims, 0, 0, delta);
      if (newest) seq = own;
    }
    const lastAt = newest ? happened : stored.lastAt;
    const dimsId = newest ? dims.id : stored.dimsId;
    if (lastAt !== stored.lastAt || dimsId !== stored.dimsId) {
      rollups.count(stored.lastAt, write.wasDims, 0, -1, 0);
      rollups.count(lastAt, dims, 0, 1, 0);
    }
    if (dimsId !== stored.dimsId) {
      // Dimensions changed: it counts as born under the new ones.
      rollups.count(stored.bornAt, write.wasDims, -1, 0, 0);
      rollups.count(stored.bornAt, dims, 1, 0, 0);
    }
    const said = newest ? saidBy(write.event) : stored.said;
    const next = {
      eventId: stored.eventId,
      count: Math.max(stored.count, integer(observation.count, 'count')),
      lastSeen: Math.max(stored.lastSeen, lastSeen),
      incidentId: write.incidentId ?? stored.incidentId,
      lastAt,
      lastSeq: seq,
      bornAt: stored.bornAt,
      dimsId,
      said,
    };
    push(repeats, partitionNumber(stored.eventId), { write, next, says: newest && said !== stored.said, was: stored });
    adopt.push({ clusterId: write.clusterId, uid: observation.uid, stored: next });
  }

  const statements: Statement[] = [];
  if (identity.length > 0) statements.push(copyRows('event_identity', 'key,cluster_id,event_id', bytes(identity)));
  for (const [no, rows] of events) statements.push(copyRows(nameOf('events', no), EVENT_COLUMNS, bytes(rows)));
  for (const [no, rows] of occurrences)
    statements.push(copyRows(nameOf('occurrences', no), 'at,seq,event_id,dims_id,delta', bytes(rows)));
  for (const [no, rows] of repeats) statements.push(repeatStatement(nameOf('events', no), rows, ingest));
  const rollup = rollups.statement();
  if (rollup !== null) statements.push(rollup);
  return { statements, adopt };
}

function nameOf(table: 'events' | 'occurrences', partition: number): string {
  return partitionName(table, partitionKeyOf(partition * DAY_SPAN));
}

interface Repeat {
  readonly write: EventWrite;
  readonly next: StoredEvent;
  /** Whether it says something newer (message, condition, owner) than what is stored. */
  readonly says: boolean;
  readonly was: StoredEvent;
}

function eventRow(write: EventWrite, next: StoredEvent, key: string, ingest: number): string {
  const { event, incidentNo, dims } = write;
  const { observation } = event;
  const { object } = observation;
  const numbers = `${String(next.eventId)}\t${String(next.lastAt)}\t${String(next.lastSeq)}\t${String(next.bornAt)}\t${String(integer(observation.firstSeen, 'firstSeen'))}\t${String(next.lastSeen)}\t${String(ingest)}\t${String(ingest)}\t${String(next.count)}\t${String(dims.id)}\t${incidentNo === null ? '\\N' : String(incidentNo)}`;
  const texts = `${copyField(key === observation.uid ? null : observation.uid)}\t${copyField(object.name)}\t${copyField(object.uid)}\t${copyField(observation.message)}\t${copyField(event.condition)}\t${copyField(event.node === '' ? null : event.node)}\t${copyField(rootText(event.rootOwner, object))}\t${copyField(labelsText(observation.labels))}`;
  return `${numbers}\t${key}\t\\${printText(event.fingerprint)}\t\\${printText(event.correlationId)}\t${texts}\n`;
}

function occurrenceRow(at: number, seq: number, eventId: number, dimsId: number, delta: number): string {
  return `${String(at)}\t${String(seq)}\t${String(eventId)}\t${String(dimsId)}\t${String(delta)}\n`;
}

function repeatStatement(partition: string, repeats: readonly Repeat[], ingest: number): Statement {
  const numbers = (pick: (repeat: Repeat) => number | null) => plainArray(repeats.map(pick));
  const texts = (pick: (repeat: Repeat) => string | null) => textArray(repeats.map(pick));
  // What is old or the same stays unsaid: null keeps the stored value (message and fingerprint are never null).
  const newer = (pick: (repeat: Repeat) => string | null) => texts((repeat) => (repeat.says ? pick(repeat) : null));
  return {
    kind: 'query',
    name: `repeat ${partition}`,
    text: exactly(
      `UPDATE ${partition} e SET count = u.count, last_seen = u.last_seen, last_at = u.last_at, last_seq = u.last_seq,
        last_ingest = GREATEST(e.last_ingest, $15::bigint), dims_id = u.dims_id,
        first_seen = LEAST(e.first_seen, u.first_seen), incident_no = COALESCE(u.incident_no, e.incident_no),
        message = COALESCE(u.message, e.message),
        condition = CASE WHEN u.message IS NULL THEN e.condition ELSE u.condition END,
        root = CASE WHEN u.message IS NULL THEN e.root ELSE u.root END,
        fingerprint = COALESCE(u.fingerprint::bytea, e.fingerprint), correlation = COALESCE(u.correlation::bytea, e.correlation)
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::bigint[], $9::int[],
        $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $16::bigint[])
        AS u (id, was_count, was_seq, count, last_seen, last_at, dims_id, last_seq, incident_no, message, condition, root, fingerprint, correlation, first_seen)
      WHERE e.id = u.id AND e.count = u.was_count AND e.last_seq = u.was_seq`,
      '$17',
    ),
    values: [
      numbers((repeat) => repeat.was.eventId),
      numbers((repeat) => repeat.was.count),
      numbers((repeat) => repeat.was.lastSeq),
      numbers((repeat) => repeat.next.count),
      numbers((repeat) => repeat.next.lastSeen),
      numbers((repeat) => repeat.next.lastAt),
      numbers((repeat) => repeat.next.dimsId),
      numbers((repeat) => repeat.next.lastSeq),
      numbers((repeat) => repeat.write.incidentNo),
      newer(({ write }) => write.event.observation.message),
      newer(({ write }) => write.event.condition),
      newer(({ write }) => rootText(write.event.rootOwner, write.event.observation.object)),
      newer(({ write }) => printText(write.event.fingerprint)),
      newer(({ write }) => printText(write.event.correlationId)),
      ingest,
      numbers(({ write }) => integer(write.event.observation.firstSeen, 'firstSeen')),
      repeats.length,
    ],
  };
}

function copyRows(table: string, columns: string, rows: Buffer): Statement {
  return { kind: 'copy', text: `COPY ${table} (${columns}) FROM STDIN`, rows };
}

function push<V>(groups: Map<number, V[]>, partition: number, value: V): void {
  const group = groups.get(partition);
  if (group === undefined) groups.set(partition, [value]);
  else group.push(value);
}

function integer(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new DataError(`${what} is no whole number: ${String(value)}`);
  return value;
}

const COMMON_PRINT = /^v1:[0-9a-f]{32}$/;

/** A fingerprint as bytea's hex: `v1:` and 128 bits become 17 bytes, anything else its own bytes after a zero. */
export function printText(print: string): string {
  if (print.length === 35 && COMMON_PRINT.test(print)) return `\\x01${print.slice(3)}`;
  return `\\x00${Buffer.from(print, 'utf8').toString('hex')}`;
}

/** The other way round, from hex without its `\x`. */
export function printFromHex(hex: string): string {
  return hex.startsWith('01') ? `v1:${hex.slice(2)}` : Buffer.from(hex.slice(2), 'hex').toString('utf8');
}

/** Null where the root is the object itself. */
function rootText(root: ObjectRef, object: ObjectRef): string | null {
  if (
    root.name === object.name &&
    root.kind === object.kind &&
    root.uid === object.uid &&
    root.namespace === object.namespace
  ) {
    return null;
  }
  return JSON.stringify([root.kind, root.namespace, root.name, root.uid]);
}

function labelsText(labels: Readonly<Record<string, string>>): string | null {
  for (const _ in labels) return json(labels);
  return null;
}

/** FNV-1a over what a repeat may change; never 0. A collision keeps the older text until the next change. */
function saidBy(event: TriagedEvent): number {
  const root = event.rootOwner;
  let hash = 0x811c9dc5;
  for (const text of [
    event.observation.message,
    event.fingerprint,
    event.condition ?? '',
    root.kind,
    root.name,
    root.uid,
  ]) {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash >>> 0 || 1;
}

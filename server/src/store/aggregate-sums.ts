/** Group-by over facet fields of more than can be counted row by row: from rollups, with the trend and what was before. */
import type { AggregateRow, EventFilter, FacetField } from '../model/query.ts';
import { bucketsOf, type Member, weightsOf } from './aggregate-buckets.ts';
import { aggregateColumns } from './aggregate-columns.ts';
import type { Connections, Queryable } from './connections.ts';
import { dimsOf, dimsSums } from './rollup-reads.ts';
import { rollupScope } from './rollup-scope.ts';
import { type Bucket, spread } from './spread.ts';
import { plainArray } from './text.ts';

/** For reading sums, far more than they take: a statement that is stuck ends. */
const SUMS_MS = 30_000;
const MINUTE_MS = 60_000;

export interface SumsQuestion {
  readonly filter: EventFilter;
  readonly fields: readonly FacetField[];
  readonly limit: number;
  /** Half-open, milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly trend: number;
  readonly compare: boolean;
  readonly now: number;
}

interface Group {
  /** Of the fields, in their order. */
  readonly values: readonly string[];
  readonly members: Omit<Member, 'group'>[];
  weight: number;
  events: number;
}

export async function aggregateSums(
  connections: Connections,
  question: SumsQuestion,
): Promise<readonly AggregateRow[]> {
  const rows = await connections.reading(SUMS_MS, (queryable) => readRows(queryable, question));
  return [...rows]
    .filter(({ occurrences }) => occurrences > 0)
    .sort((a, b) => b.occurrences - a.occurrences || b.events - a.events);
}

async function readRows(queryable: Queryable, question: SumsQuestion): Promise<readonly AggregateRow[]> {
  const { limit, from, to, compare } = question;
  const groups = await readGroups(queryable, question);
  const chosen = [...groups].sort((a, b) => b.weight - a.weight || b.events - a.events).slice(0, limit);
  const members = chosen.flatMap((each, group) => each.members.map((member) => ({ ...member, group })));
  const buckets = await bucketsOf(queryable, members, question, compare ? from - (to - from) : from);
  return chosen.map((group, i) => rowOf(group, buckets.get(i) ?? [], question));
}

async function readGroups(queryable: Queryable, question: SumsQuestion): Promise<Iterable<Group>> {
  const { filter, fields, from, now } = question;
  const scope = await rollupScope(queryable, filter, fields);
  if (scope.dims?.length === 0) return [];
  const [sums, kept] = [
    await dimsSums(queryable, { from, to: filter.to ?? null }, scope, now),
    idsOf(await dimsOf(queryable, scope)),
  ];
  const ids = [...kept, ...(scope.less ?? [])];
  const [keys, weights] = [await keysOf(queryable, fields, ids), await weightsOf(queryable, ids, question)];
  const groups = new Map<string, Group>();
  const groupOf = (dimsId: number): Group => {
    const values = keys.get(dimsId) ?? fields.map(() => '');
    const id = JSON.stringify(values);
    const known = groups.get(id) ?? { values, members: [], weight: 0, events: 0 };
    groups.set(id, known);
    return known;
  };
  const add = (dimsId: number, sign: 1 | -1) => {
    const group = groupOf(dimsId);
    group.members.push({ dimsId, sign });
    group.weight += sign * (weights.get(dimsId) ?? 0);
  };
  for (const id of kept) add(id, 1);
  for (const id of scope.less ?? []) add(id, -1);
  for (const { dimsId, events } of sums) groupOf(dimsId).events += events;
  return groups.values();
}

/** Of a literal array of PostgreSQL. */
function idsOf(literal: string): readonly number[] {
  return literal.slice(1, -1).split(',').filter(Boolean).map(Number);
}

async function keysOf(
  queryable: Queryable,
  fields: readonly FacetField[],
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const { keys } = aggregateColumns(fields);
  const rows = await queryable.query<Readonly<Record<string, string | number>>>(
    `SELECT ${keys} d.id FROM event_dims d JOIN clusters c ON c.id = d.cluster_id WHERE d.id = ANY ($1::int[])`,
    [plainArray(ids)],
  );
  return new Map(rows.map((row) => [Number(row['id']), fields.map((_, i) => String(row[`k${String(i)}`] ?? ''))]));
}

function rowOf({ values, events }: Group, buckets: readonly Bucket[], question: SumsQuestion): AggregateRow {
  const { fields, from, to, trend, compare, now } = question;
  // A bucket that reaches over the beginning of the range tells of both sides.
  const inside = buckets.filter(({ end }) => end > from);
  const slices = spread(inside, from, to, Math.max(1, trend));
  const occurrences = slices.reduce((sum, each) => sum + each, 0);
  return {
    key: Object.fromEntries(fields.map((field, i) => [field, values[i] ?? ''])),
    events,
    occurrences,
    perMinute: occurrences / Math.max(1, (to - from) / MINUTE_MS),
    firstSeen: Math.max(from, Math.min(...inside.map(({ start }) => start))),
    lastSeen: Math.min(to, now, Math.max(...inside.map(({ end }) => end))),
    distinctObjects: null,
    trend: trend === 0 ? [] : slices,
    before: compare ? (spread(buckets, from - (to - from), from, 1)[0] ?? 0) : null,
  };
}

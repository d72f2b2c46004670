/** Group-by over any filter fields, counted among the newest matching occurrences within the time budget. */
import type { AggregateRow, EventFilter, FilterField } from '../model/query.ts';
import type { Connections } from './connections.ts';
import { countNewest } from './count-newest.ts';
import { timeRange } from './filter.ts';
import { printFromHex } from './write-events.ts';

const MINUTE_MS = 60_000;

const COLUMNS: Readonly<Record<FilterField, string>> = {
  cluster: 'c.uid',
  namespace: 'd.namespace',
  kind: 'd.kind',
  name: 'e.name',
  reason: 'd.reason',
  type: 'd.type',
  category: 'd.category',
  severity: 'd.severity',
  source: 'd.component',
  node: "COALESCE(e.node, '')",
  incident: "COALESCE(n.id, '')",
  fingerprint: "encode(e.fingerprint, 'hex')",
  uid: 'COALESCE(e.uid_text, e.uid::text)',
};

export async function aggregateEvents(
  connections: Connections,
  filter: EventFilter,
  groupBy: readonly FilterField[],
  limit: number,
  now: number,
): Promise<{ rows: readonly AggregateRow[]; partial: boolean }> {
  const fields = [...new Set(groupBy)];
  const keys = fields.map((field, i) => `${COLUMNS[field]} AS k${String(i)},`).join(' ');
  const group = fields.length === 0 ? '' : `GROUP BY ${fields.map((_, i) => String(i + 1)).join(', ')}`;
  const { found, partial } = await countNewest<Record<string, string | number | null>>(
    connections,
    filter,
    now,
    (source) =>
      `SELECT ${keys} count(DISTINCT o.event_id) AS events, COALESCE(sum(o.delta), 0)::bigint AS occurrences,
         min(o.at) AS first, max(o.at) AS last, count(DISTINCT (d.cluster_id, d.kind, d.namespace, e.name)) AS objects
       FROM (${source}) o JOIN events e ON e.id = o.event_id JOIN event_dims d ON d.id = o.dims_id
       JOIN clusters c ON c.id = d.cluster_id LEFT JOIN incident_numbers n ON n.no = e.incident_no
       ${group} HAVING count(*) > 0 ORDER BY occurrences DESC, events DESC LIMIT ${String(limit)}`,
  );
  const { from, to } = timeRange(filter);
  return { rows: found.map((row) => rowOf(row, fields, from, to ?? now)), partial };
}

function rowOf(
  row: Readonly<Record<string, string | number | null>>,
  fields: readonly FilterField[],
  from: number | null,
  to: number,
): AggregateRow {
  const firstSeen = Number(row.first);
  const lastSeen = Number(row.last);
  const occurrences = Number(row.occurrences);
  const minutes = Math.max(1, ((from === null ? lastSeen : to) - (from ?? firstSeen)) / MINUTE_MS);
  return {
    key: Object.fromEntries(
      fields.map((field, i) => {
        const value = String(row[`k${String(i)}`] ?? '');
        return [field, field === 'fingerprint' ? printFromHex(value) : value];
      }),
    ),
    events: Number(row.events),
    occurrences,
    perMinute: occurrences / minutes,
    firstSeen,
    lastSeen,
    distinctObjects: Number(row.objects),
  };
}

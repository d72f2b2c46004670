/** How often each value occurs among the newest matching events: what one set of events is compared with another by. */
import type { EventFilter, Profile, ProfileField } from '../model/query.ts';
import type { Connections } from './connections.ts';
import { countNewest } from './count-newest.ts';
import { ITS_EVENT } from './scans.ts';

/** Enough for shares to a percent or so; as many can be read in a fraction of the budget. */
const MOST_READ = 20_000;
/** Of a field. What is cut off occurs in at most four events of the most that are read. */
const MOST_VALUES = 5_000;

/** From events (as t), one row each. What is unknown is no value. */
const VALUES: Readonly<Record<Exclude<ProfileField, 'label'>, string>> = {
  cluster: 't.cluster',
  namespace: "NULLIF(t.namespace, '')",
  kind: 't.kind',
  reason: "NULLIF(t.reason, '')",
  source: "NULLIF(t.component, '')",
  node: 't.node',
  owner: `CASE WHEN t.root IS NULL THEN COALESCE(NULLIF(t.namespace, '') || '/', '') || t.kind || '/' || t.name
    ELSE COALESCE(NULLIF(t.root::json ->> 1, '') || '/', '') || (t.root::json ->> 0) || '/' || (t.root::json ->> 2) END`,
};

interface ProfileRow {
  readonly [column: string]: unknown;
  /** Null in the row that tells of all. */
  readonly field: ProfileField | null;
  readonly value: string;
  readonly events: number;
  readonly occurrences: number;
  readonly oldest: number | null;
}

export async function profileEvents(
  connections: Connections,
  filter: EventFilter,
  now: number,
  except?: EventFilter,
): Promise<Profile> {
  const options = { most: MOST_READ, ...(except === undefined ? {} : { except }) };
  const { found, partial } = await countNewest<ProfileRow>(connections, filter, now, statementOf, options);
  const all = found.find(({ field }) => field === null);
  const values = found.flatMap(({ field, value, events, occurrences }) =>
    field === null ? [] : [{ field, value, events, occurrences }],
  );
  return {
    events: all?.events ?? 0,
    occurrences: all?.occurrences ?? 0,
    values,
    oldest: all?.oldest ?? null,
    partial,
  };
}

function statementOf(source: string): string {
  const tallies = 'count(*) AS events, COALESCE(sum(t.n), 0)::bigint AS occurrences, min(t.oldest) AS oldest';
  const ofField = (field: ProfileField, value: string, from: string) =>
    `(SELECT '${field}', ${value} AS value, ${tallies} FROM ${from} WHERE ${value} IS NOT NULL
      GROUP BY 2 ORDER BY 3 DESC LIMIT ${String(MOST_VALUES)})`;
  const plain = Object.entries(VALUES).map(([field, value]) => ofField(field as ProfileField, value, 'told t'));
  const labels = ofField('label', `l.key || '=' || l.value`, 'told t CROSS JOIN LATERAL jsonb_each_text(t.labels) l');
  return `WITH told AS MATERIALIZED (
      SELECT o.n, o.oldest, c.uid AS cluster, d.namespace, d.kind, d.reason, d.component, e.node, e.root, e.name, e.labels
      FROM (SELECT event_id, sum(delta) AS n, min(at) AS oldest FROM (${source}) s GROUP BY 1) o
      ${ITS_EVENT} JOIN event_dims d ON d.id = e.dims_id JOIN clusters c ON c.id = d.cluster_id)
    SELECT NULL AS field, '' AS value, ${tallies} FROM told t
    UNION ALL ${[...plain, labels].join(' UNION ALL ')}`;
}

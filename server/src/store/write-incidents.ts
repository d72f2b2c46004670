/** What a batch says of incidents, as statements: heads, strands, their log, ties, changes of objects. */
import type { ObjectChange } from '../model/change.ts';
import type { ChangeSet, EventMove } from '../model/change-set.ts';
import type { IncidentHead, LogEntry, Strand, Tie } from '../model/incident.ts';
import { json } from './json.ts';
import type { Statement } from './statements.ts';
import { plainArray, textArray } from './text.ts';

const LONGEST_TEXT = 4096;

/** Heads before the strands and log entries that refer to them; new strands before counts of them. */
export function incidentStatements(change: ChangeSet): readonly Statement[] {
  const { incidents, strands, counted, log, ties, moves, objectChanges } = change;
  const statements: Statement[] = [];
  if (incidents.length > 0) statements.push(headsStatement(last(incidents, ({ id }) => id)));
  if (strands.length > 0) statements.push(strandsStatement(last(strands, strandKey)));
  if (counted.length > 0) statements.push(countsStatement(last(counted, strandKey)));
  if (log.length > 0) statements.push(logStatement(log));
  if (ties.length > 0) statements.push(tiesStatement(last(ties, ({ a, b }) => `${a}\0${b}`)));
  for (const move of moves) statements.push(moveStatement(move));
  if (objectChanges.length > 0) statements.push(changesStatement(last(objectChanges, changeKey)));
  return statements;
}

function strandKey({ bornIn, key }: Strand): string {
  return `${bornIn}\0${key}`;
}

function changeKey({ cluster, id }: ObjectChange): string {
  return `${cluster.uid}\0${id}`;
}

/** One of each key, the last one: an upsert refuses to touch a row twice. */
export function last<V>(values: readonly V[], keyOf: (value: V) => string): readonly V[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

/** Columns of a statement over rows: `$1::text[], …` for unnest, and their values. */
class Columns<V> {
  readonly #rows: readonly V[];
  readonly #types: string[] = [];
  readonly values: string[] = [];

  constructor(rows: readonly V[]) {
    this.#rows = rows;
  }

  text(pick: (row: V) => string | null, type = 'text'): this {
    return this.#add(type, textArray(this.#rows.map(pick)));
  }

  json(pick: (row: V) => unknown): this {
    return this.text((row) => json(pick(row)), 'jsonb');
  }

  number(pick: (row: V) => number | null, type = 'bigint'): this {
    return this.#add(type, plainArray(this.#rows.map(pick)));
  }

  get unnest(): string {
    return `unnest(${this.#types.map((type, index) => `$${String(index + 1)}::${type}[]`).join(', ')})`;
  }

  #add(type: string, value: string): this {
    this.#types.push(type);
    this.values.push(value);
    return this;
  }
}

function headsStatement(incidents: readonly IncidentHead[]): Statement {
  const columns = new Columns(incidents)
    .text(({ id }) => id)
    .text(({ cluster }) => cluster.uid)
    .text(({ cluster }) => cluster.name)
    .text(({ state }) => state)
    .text(({ severity }) => severity)
    .text(({ category }) => category)
    .text(({ condition }) => condition)
    .json(({ root }) => root)
    .json(({ subject }) => subject)
    .text(({ title }) => title)
    .text(({ openedBy }) => openedBy)
    .number(({ openedAt }) => openedAt)
    .number(({ resolvedAt }) => resolvedAt)
    .text(({ resolvedBy }) => resolvedBy)
    .number(({ regressions }) => regressions, 'int')
    .text(({ mergedInto }) => mergedInto)
    .text(({ resolution }) => resolution);
  return {
    kind: 'query',
    name: 'incidents',
    text: `INSERT INTO incidents (id, cluster_uid, cluster_name, state, severity, category, condition, root, subject, title, opened_by, opened_at,
        resolved_at, resolved_by, regressions, merged_into, resolution)
      SELECT * FROM ${columns.unnest}
      ON CONFLICT (id) DO UPDATE SET cluster_name = excluded.cluster_name, state = excluded.state, severity = excluded.severity,
        category = excluded.category, condition = excluded.condition, root = excluded.root, subject = excluded.subject,
        title = excluded.title, opened_at = excluded.opened_at, resolved_at = excluded.resolved_at, resolved_by = excluded.resolved_by,
        regressions = excluded.regressions, merged_into = excluded.merged_into, resolution = excluded.resolution`,
    values: columns.values,
  };
}

function strandsStatement(strands: readonly Strand[]): Statement {
  const columns = new Columns(strands)
    .text(({ bornIn }) => bornIn)
    .text(({ key }) => key)
    .text(({ incidentId }) => incidentId)
    .number(({ lastSeen }) => lastSeen)
    .number(({ firstSeen }) => firstSeen)
    .number(({ clearedAt }) => clearedAt)
    .number(({ eventCount }) => eventCount)
    .text(({ severity }) => severity)
    .text(({ category }) => category)
    .text(({ condition }) => condition)
    .text(({ aspect }) => aspect)
    .json(({ root }) => root)
    .json(({ subject }) => subject)
    .text(({ rule }) => rule)
    .text(({ because }) => because.slice(0, LONGEST_TEXT));
  return {
    kind: 'query',
    name: 'strands',
    text: `INSERT INTO strands (born_in, key, incident_id, last_seen, first_seen, cleared_at, event_count, severity, category, condition, aspect,
        root, subject, rule, because)
      SELECT * FROM ${columns.unnest}
      ON CONFLICT (born_in, key) DO UPDATE SET incident_id = excluded.incident_id, last_seen = excluded.last_seen,
        cleared_at = excluded.cleared_at, event_count = excluded.event_count, severity = excluded.severity, rule = excluded.rule,
        because = excluded.because`,
    values: columns.values,
  };
}

function countsStatement(strands: readonly Strand[]): Statement {
  const columns = new Columns(strands)
    .text(({ bornIn }) => bornIn)
    .text(({ key }) => key)
    .number(({ lastSeen }) => lastSeen)
    .number(({ eventCount }) => eventCount);
  return {
    kind: 'query',
    name: 'strand counts',
    text: `UPDATE strands s SET last_seen = u.last_seen, event_count = u.event_count
      FROM ${columns.unnest} AS u (born_in, key, last_seen, event_count) WHERE s.born_in = u.born_in AND s.key = u.key`,
    values: columns.values,
  };
}

function logStatement(entries: readonly LogEntry[]): Statement {
  const columns = new Columns(entries)
    .text(({ incidentId }) => incidentId)
    .text(({ key }) => key)
    .number(({ at }) => at)
    .text(({ kind }) => kind)
    .text(({ by }) => by)
    .text(({ text }) => text.slice(0, LONGEST_TEXT));
  return {
    kind: 'query',
    name: 'incident log',
    text: `INSERT INTO incident_log (incident_id, key, at, kind, by, text) SELECT * FROM ${columns.unnest} ON CONFLICT DO NOTHING`,
    values: columns.values,
  };
}

function tiesStatement(ties: readonly Tie[]): Statement {
  const columns = new Columns(ties)
    .text(({ clusterUid }) => clusterUid)
    .text(({ a }) => a)
    .text(({ b }) => b)
    .text(({ kind }) => kind)
    .text(({ by }) => by)
    .text(({ reason }) => reason.slice(0, LONGEST_TEXT))
    .number(({ at }) => at);
  return {
    kind: 'query',
    name: 'ties',
    text: `INSERT INTO ties (cluster_uid, a, b, kind, by, reason, at) SELECT * FROM ${columns.unnest}
      ON CONFLICT (md5(a), md5(b)) DO UPDATE SET kind = excluded.kind, by = excluded.by, reason = excluded.reason, at = excluded.at`,
    values: columns.values,
  };
}

/** The events of a strand, told by root and condition, go to another incident with it. */
function moveStatement({ from, to, root, condition }: EventMove): Statement {
  return {
    kind: 'query',
    text: `WITH target AS (
        INSERT INTO incident_numbers (id) VALUES ($2) ON CONFLICT (md5(id)) DO UPDATE SET id = excluded.id RETURNING no)
      UPDATE events SET incident_no = target.no FROM target
      WHERE incident_no IN (SELECT no FROM incident_numbers WHERE md5(id) = md5($1) AND id = $1) AND condition = $3
        AND COALESCE(root::jsonb ->> 0, (SELECT kind FROM event_dims d WHERE d.id = dims_id)) = $4
        AND COALESCE(root::jsonb ->> 1, (SELECT namespace FROM event_dims d WHERE d.id = dims_id)) = $6
        AND COALESCE(root::jsonb ->> 2, name) = $5`,
    values: [from, to, condition, root.kind, root.name, root.namespace],
  };
}

function changesStatement(changes: readonly ObjectChange[]): Statement {
  const columns = new Columns(changes)
    .text(({ cluster }) => cluster.uid)
    .text(({ id }) => id)
    .number(({ at }) => at)
    .text(({ cluster }) => cluster.name)
    .json(({ object }) => object)
    .text(({ object }) => object.namespace)
    .text(({ summary }) => summary.slice(0, LONGEST_TEXT))
    .json(({ diff }) => diff)
    .number(({ revision }) => revision, 'int');
  return {
    kind: 'query',
    name: 'object changes',
    text: `INSERT INTO object_changes (cluster_uid, id, at, cluster_name, object, namespace, summary, diff, revision)
      SELECT * FROM ${columns.unnest} ON CONFLICT DO NOTHING`,
    values: columns.values,
  };
}

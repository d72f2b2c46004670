/** What a batch carries beside events, as statements: incidents, jobs, dead letters, gaps and, last of all, positions. */
import type { ChangeSet, DeadLetter } from '../model/change-set.ts';
import type { Incident, NewJob } from '../model/incident.ts';
import type { Gap, Position } from '../model/position.ts';
import type { Statement } from './statements.ts';
import { plainArray, textArray } from './text.ts';

const EXCERPT_LIMIT = 4_096;

export function stateStatements(change: ChangeSet): readonly Statement[] {
  const statements: Statement[] = [];
  if (change.incidents.length > 0) statements.push(incidentsStatement(newestById(change.incidents)));
  if (change.jobs.length > 0) statements.push(jobsStatement(change.jobs));
  if (change.deadLetters.length > 0) statements.push(deadLettersStatement(change.deadLetters));
  if (change.gaps.length > 0)
    statements.push(gapsStatement(last(change.gaps, (gap) => `${gap.clusterUid}\0${gap.stream}\0${String(gap.from)}`)));
  if (change.positions.length > 0) {
    statements.push(
      positionsStatement(last(change.positions, (position) => `${position.clusterUid}\0${position.stream}`)),
    );
  }
  return statements;
}

function newestById(incidents: readonly Incident[]): readonly Incident[] {
  return last(incidents, (incident) => incident.id);
}

/** One of each key, the last one: an upsert refuses to touch a row twice. */
function last<V>(values: readonly V[], keyOf: (value: V) => string): readonly V[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

function incidentsStatement(incidents: readonly Incident[]): Statement {
  const texts = (pick: (incident: Incident) => string) => textArray(incidents.map(pick));
  const numbers = (pick: (incident: Incident) => number | null) => plainArray(incidents.map(pick));
  return {
    kind: 'query',
    name: 'incidents',
    text: `INSERT INTO incidents (id, cluster_uid, cluster_name, problem_key, state, severity, category, condition, root, subject, title,
        opened_by, opened_at, last_seen, cleared_at, resolved_at, event_count)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[],
        $10::jsonb[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[])
      ON CONFLICT (id) DO UPDATE SET cluster_name = excluded.cluster_name, state = excluded.state, severity = excluded.severity,
        category = excluded.category, condition = excluded.condition, root = excluded.root, subject = excluded.subject,
        title = excluded.title, opened_at = excluded.opened_at, last_seen = excluded.last_seen, cleared_at = excluded.cleared_at,
        resolved_at = excluded.resolved_at, event_count = excluded.event_count`,
    values: [
      texts((incident) => incident.id),
      texts((incident) => incident.cluster.uid),
      texts((incident) => incident.cluster.name),
      texts((incident) => incident.problemKey),
      texts((incident) => incident.state),
      texts((incident) => incident.severity),
      texts((incident) => incident.category),
      texts((incident) => incident.condition),
      texts((incident) => json(incident.root)),
      texts((incident) => json(incident.subject)),
      texts((incident) => incident.title),
      texts((incident) => incident.openedBy),
      numbers((incident) => incident.openedAt),
      numbers((incident) => incident.lastSeen),
      numbers((incident) => incident.clearedAt),
      numbers((incident) => incident.resolvedAt),
      numbers((incident) => incident.eventCount),
    ],
  };
}

export function jobsStatement(jobs: readonly NewJob[]): Statement {
  return {
    kind: 'query',
    name: 'jobs',
    text: `INSERT INTO jobs (kind, incident_id, key, payload, run_at)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::bigint[]) ON CONFLICT DO NOTHING`,
    values: [
      textArray(jobs.map((job) => job.kind)),
      textArray(jobs.map((job) => job.incidentId)),
      textArray(jobs.map((job) => job.key)),
      textArray(jobs.map((job) => json(job.payload))),
      plainArray(jobs.map((job) => job.runAt)),
    ],
  };
}

function deadLettersStatement(letters: readonly DeadLetter[]): Statement {
  return {
    kind: 'query',
    name: 'dead letters',
    text: `INSERT INTO dead_letters (cluster_uid, excerpt, error, at) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])`,
    values: [
      textArray(letters.map((letter) => letter.cluster.uid)),
      textArray(letters.map((letter) => letter.excerpt.slice(0, EXCERPT_LIMIT))),
      textArray(letters.map((letter) => letter.error.slice(0, EXCERPT_LIMIT))),
      plainArray(letters.map((letter) => letter.at)),
    ],
  };
}

function gapsStatement(gaps: readonly Gap[]): Statement {
  return {
    kind: 'query',
    name: 'gaps',
    text: `INSERT INTO gaps (cluster_uid, stream, reason, detail, from_at, to_at)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
      ON CONFLICT (cluster_uid, stream, from_at) DO UPDATE SET reason = excluded.reason, detail = excluded.detail,
        to_at = COALESCE(excluded.to_at, gaps.to_at)`,
    values: [
      textArray(gaps.map((gap) => gap.clusterUid)),
      textArray(gaps.map((gap) => gap.stream)),
      textArray(gaps.map((gap) => gap.reason)),
      textArray(gaps.map((gap) => gap.detail)),
      plainArray(gaps.map((gap) => gap.from)),
      plainArray(gaps.map((gap) => gap.to)),
    ],
  };
}

function positionsStatement(positions: readonly Position[]): Statement {
  return {
    kind: 'query',
    name: 'positions',
    text: `INSERT INTO positions (cluster_uid, stream, resource_version, epoch, at)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[])
      ON CONFLICT (cluster_uid, stream) DO UPDATE SET resource_version = excluded.resource_version, epoch = excluded.epoch, at = excluded.at`,
    values: [
      textArray(positions.map((position) => position.clusterUid)),
      textArray(positions.map((position) => position.stream)),
      textArray(positions.map((position) => position.resourceVersion)),
      plainArray(positions.map((position) => position.epoch)),
      plainArray(positions.map((position) => position.at)),
    ],
  };
}

/** JSON that jsonb takes: it refuses NUL and lone surrogates, which JSON.stringify writes as escapes. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null).replace(/(\\\\)|\\u(?:(0000)|d[89a-f][0-9a-f]{2})/gi, repairedEscape);
}

function repairedEscape(_whole: string, backslash: string | undefined, nul: string | undefined): string {
  if (backslash !== undefined) return backslash;
  return nul === undefined ? '\ufffd' : '';
}

/** What a batch carries beside events, as statements: incidents, jobs, dead letters, gaps, positions, and the audit trail at the end. */
import type { ChangeSet, DeadLetter } from '../model/change-set.ts';
import type { NewJob } from '../model/incident.ts';
import type { Gap, Position } from '../model/position.ts';
import { auditStatements } from './append-audit.ts';
import { json } from './json.ts';
import type { Statement } from './statements.ts';
import { plainArray, textArray } from './text.ts';
import { incidentStatements, last } from './write-incidents.ts';

const EXCERPT_LIMIT = 4_096;

export function stateStatements(change: ChangeSet): readonly Statement[] {
  const statements: Statement[] = [...incidentStatements(change)];
  if (change.jobs.length > 0) statements.push(jobsStatement(change.jobs));
  if (change.deadLetters.length > 0) statements.push(deadLettersStatement(change.deadLetters));
  if (change.gaps.length > 0)
    statements.push(gapsStatement(last(change.gaps, (gap) => `${gap.clusterUid}\0${gap.stream}\0${String(gap.from)}`)));
  if (change.positions.length > 0) {
    statements.push(
      positionsStatement(last(change.positions, (position) => `${position.clusterUid}\0${position.stream}`)),
    );
  }
  return [...statements, ...auditStatements(change.audit)];
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

/** Gaps, as they are read. */
import type { Scope } from '../model/access.ts';
import type { ClusterGap, History } from '../model/ports/history.ts';
import type { GapReason } from '../model/position.ts';
import type { Queryable } from './connections.ts';
import { literal } from './scans.ts';
import { withinClusters, withinScope } from './scope-sql.ts';
import { isStorable, textArray } from './text.ts';
import { Values } from './values.ts';

interface GapRow {
  readonly [column: string]: unknown;
  readonly cluster_uid: string;
  readonly cluster_name: string | null;
  readonly stream: string;
  readonly reason: GapReason;
  readonly from_at: number;
  readonly to_at: number | null;
  readonly detail: string;
}

/** The newest first: those with a moment in the range. A cluster that no event came from is known by its uid alone. */
export async function listGaps(
  queryable: Queryable,
  { from, to, clusters, scope, limit }: Parameters<History['gaps']>[0],
): Promise<readonly ClusterGap[]> {
  const values = new Values();
  const conditions = [streamWithin(scope, values)];
  if (clusters !== undefined) {
    const list = values.add(textArray(clusters.filter(isStorable)));
    conditions.push(`(g.cluster_uid = ANY (${list}::text[]) OR c.name = ANY (${list}::text[]))`);
  }
  if (from !== undefined && to !== undefined && from >= to) conditions.push('false');
  // One that ended as it began is a moment, too.
  if (from !== undefined) {
    conditions.push(`(g.to_at IS NULL OR g.to_at > ${literal(from)} OR g.from_at >= ${literal(from)})`);
  }
  if (to !== undefined) conditions.push(`g.from_at < ${literal(to)}`);
  const rows = await queryable.query<GapRow>(
    `SELECT g.cluster_uid, c.name AS cluster_name, g.stream, g.reason, g.from_at, g.to_at, g.detail
     FROM gaps g LEFT JOIN clusters c ON md5(c.uid) = md5(g.cluster_uid)
     WHERE ${conditions.join(' AND ')} ORDER BY g.from_at DESC, g.cluster_uid, g.stream LIMIT ${literal(limit)}`,
    values.list,
  );
  return rows.map((row) => ({
    clusterUid: row.cluster_uid,
    clusterName: row.cluster_name ?? '',
    stream: row.stream,
    reason: row.reason,
    from: row.from_at,
    to: row.to_at,
    detail: row.detail,
  }));
}

/** A stream of one namespace (`v1/events@shop`) is that namespace's business; one of a whole cluster, everybody's who sees some of it. */
function streamWithin(scope: Scope | undefined, values: Values): string {
  const cluster = { clusterUid: 'g.cluster_uid', clusterName: 'c.name' };
  const touched = withinClusters(scope, cluster, values);
  const covered = withinScope(scope, { ...cluster, namespaces: [`split_part(g.stream, '@', 2)`] }, values);
  if (covered === null) return 'true';
  return `CASE WHEN strpos(g.stream, '@') = 0 THEN ${touched ?? 'true'} ELSE ${covered} END`;
}

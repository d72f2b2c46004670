/** Incidents as a scope sees them, in SQL: `seenIncident` of kit/ says the same of one of them. */
import type { Scope } from '../model/access.ts';
import { SEVERITIES } from '../model/cluster-event.ts';
import { STRAND_ORDER } from './incident-rows.ts';
import { endsWithin } from './scope-sql.ts';
import type { Values } from './values.ts';

const RANK = `array_position('{${SEVERITIES.join(',')}}'::text[], s.severity)`;

/**
 * A SELECT of what `incidents` has for filters, and whether each is `whole`; of the `candidates` (conditions on h, about nothing
 * that the scope hides). What is seen in part has the name, place, severity and beginning of what is seen of it. Null where nothing
 * is left out: the table itself is the answer then.
 */
export function seenIncidents(
  scope: Scope | undefined,
  candidates: () => readonly string[],
  values: Values,
): string | null {
  const head = endsWithin(scope, { row: 'h', incident: 'h' }, values);
  const strand = endsWithin(scope, { row: 's', incident: 'h' }, values);
  if (head === null || strand === null) return null;
  const shown = (column: string) => `CASE WHEN h.whole THEN h.${column} ELSE r.${column} END AS ${column}`;
  // Each end is looked at once, hence the OFFSET. The strand that names a part is looked up for parts alone: most incidents lie in
  // one namespace.
  return `SELECT h.id, h.cluster_uid, h.cluster_name, h.state, h.resolved_at, h.merged_into, h.whole,
      ${['severity', 'category', 'condition', 'root', 'subject', 'title'].map(shown).join(', ')},
      CASE WHEN h.whole THEN h.opened_at ELSE h.first_seen END AS opened_at
    FROM (SELECT h.*, p.first_seen, p.inside AND ${head.both} AS whole
      FROM (SELECT s.incident_id, bool_and(s.root_in AND s.subject_in) AS inside, min(s.first_seen) FILTER (WHERE s.root_in OR s.subject_in) AS first_seen
        FROM (SELECT s.incident_id, s.first_seen, ${strand.root} AS root_in, ${strand.subject} AS subject_in
          FROM strands s JOIN incidents h ON h.id = s.incident_id WHERE ${candidates().join(' AND ')} OFFSET 0) s
        GROUP BY 1 HAVING bool_or(s.root_in OR s.subject_in)) p
      JOIN incidents h ON h.id = p.incident_id) h
    LEFT JOIN LATERAL (SELECT n.*, n.condition || ': ' || (n.root ->> 'kind') || ' '
        || COALESCE(NULLIF(n.root ->> 'namespace', '') || '/', '') || (n.root ->> 'name') AS title
      FROM (SELECT s.severity, s.category, s.condition, CASE WHEN ${strand.root} THEN s.root ELSE s.subject END AS root,
          CASE WHEN ${strand.subject} THEN s.subject ELSE s.root END AS subject
        FROM strands s WHERE NOT h.whole AND s.incident_id = h.id AND ${strand.any} ORDER BY ${RANK}, ${STRAND_ORDER} LIMIT 1) n) r ON true`;
}

/** Whether one incident is seen, in part or whole, as conditions in SQL: what `seenIncident` of kit/ says, and of merged ones, too. */
import type { Scope } from '../model/access.ts';
import { endsWithin } from './scope-sql.ts';
import type { Values } from './values.ts';

/** Where an incident (as i) lives on: itself, or what it was merged into at last. */
const LIVING = `(WITH RECURSIVE above (id, merged_into) AS (SELECT i.id, i.merged_into
    UNION SELECT m.id, m.merged_into FROM incidents m JOIN above ON m.id = above.merged_into)
  SELECT m.* FROM incidents m JOIN above ON above.id = m.id WHERE m.merged_into IS NULL)`;
/** Strands (as s) of the incident that it lives on in (as l) which are its own. */
const OWN = '(l.id = i.id OR s.born_in = i.id)';

/** That a strand of the incident (as i) lies in the scope; null where nothing is left out. */
export function isSeenIn(scope: Scope | undefined, values: Values): string | null {
  const strand = endsWithin(scope, { row: 's', incident: 'l' }, values);
  if (strand === null) return null;
  return `EXISTS (SELECT 1 FROM ${LIVING} l JOIN strands s ON s.incident_id = l.id AND ${OWN} WHERE ${strand.any})`;
}

/** That the incident (as i), and what it lives on in, lie in the scope with all that they are about; null where nothing is left out. */
export function isWholeIn(scope: Scope | undefined, values: Values): string | null {
  const own = endsWithin(scope, { row: 'i', incident: 'i' }, values);
  const living = endsWithin(scope, { row: 'l', incident: 'l' }, values);
  const strand = endsWithin(scope, { row: 's', incident: 'l' }, values);
  if (own === null || living === null || strand === null) return null;
  return `${own.both} AND EXISTS (SELECT 1 FROM ${LIVING} l WHERE ${living.both}
    AND EXISTS (SELECT 1 FROM strands s WHERE s.incident_id = l.id AND ${OWN})
    AND NOT EXISTS (SELECT 1 FROM strands s WHERE s.incident_id = l.id AND ${strand.both} IS NOT TRUE))`;
}

/** That an incident is about an object, as a condition in SQL. */
import type { ObjectName } from '../model/query.ts';
import { storable } from './text.ts';
import type { Values } from './values.ts';

/**
 * Of an incident (`row`): a strand has the object as root or subject, or an event about it belongs to the incident. What is asked
 * for must lie in the scope of whoever asks: its strands are then seen, and so are its events.
 */
export function isAbout(row: string, object: ObjectName, values: Values): string {
  const [kind, namespace, name] = [object.kind, object.namespace, object.name].map((part) =>
    values.add(storable(part)),
  );
  const isIt = (end: string) =>
    `(s.${end} ->> 'name' = ${name} AND s.${end} ->> 'kind' = ${kind} AND s.${end} ->> 'namespace' = ${namespace})`;
  // An event goes on naming the incident that it came into: what became of that is told by where it was merged into.
  return `${row}.id IN (SELECT s.incident_id FROM strands s WHERE ${isIt('root')} OR ${isIt('subject')}
    UNION (WITH RECURSIVE above (id, merged_into) AS (
      SELECT m.id, m.merged_into FROM events e JOIN event_dims d ON d.id = e.dims_id JOIN clusters c ON c.id = d.cluster_id
        JOIN incident_numbers n ON n.no = e.incident_no JOIN incidents m ON m.id = n.id AND m.cluster_uid = c.uid
        WHERE hashtext(e.name) = hashtext(${name}) AND e.name = ${name} AND d.kind = ${kind} AND d.namespace = ${namespace}
      UNION SELECT m.id, m.merged_into FROM incidents m JOIN above ON m.id = above.merged_into)
    SELECT id FROM above))`;
}

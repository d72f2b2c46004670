/** What deliveries (as d) must hold to be listed or sent again. */
import type { DeliveryFilter } from '../model/ports/telling.ts';
import { readCursor } from './cursor.ts';
import { isWholeIn } from './incident-scope.ts';
import { literal } from './scans.ts';
import { storable, textArray } from './text.ts';
import type { Values } from './values.ts';

export function deliveryConditions(filter: DeliveryFilter, values: Values): string {
  const conditions = ['true'];
  if (filter.ids !== undefined) conditions.push(`d.id = ANY (${values.add(textArray(filter.ids))}::text[])`);
  if (filter.statuses !== undefined) {
    conditions.push(`d.status = ANY (${values.add(textArray(filter.statuses))}::text[])`);
  }
  const is = (column: string, value: string | undefined) => {
    if (value !== undefined) conditions.push(`d.${column} = ${values.add(storable(value))}`);
  };
  is('channel', filter.channel);
  is('notice_kind', filter.kind);
  if (filter.incidentId !== undefined) conditions.push(tellsOf(filter.incidentId, values));
  if (filter.from !== undefined) conditions.push(`d.created_at >= ${literal(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`d.created_at < ${literal(filter.to)}`);
  // A notice tells of the whole incident, and of all that it was grouped with; one that tells of none is seen where all is.
  const whole = isWholeIn(filter.scope, values);
  if (whole !== null) {
    const seen = (id: string) => `EXISTS (SELECT 1 FROM incidents i WHERE i.id = ${id} AND ${whole})`;
    conditions.push(seen('d.incident_id'));
    conditions.push(`NOT EXISTS (SELECT 1 FROM deliveries_also a WHERE a.no = d.no AND NOT ${seen('a.incident_id')})`);
  }
  if (filter.cursor !== undefined)
    conditions.push(`d.no < ${literal(Number(readCursor('deliveries', filter.cursor)[0]))}`);
  return conditions.join(' AND ');
}

/** Of this incident alone, or of it among others. */
function tellsOf(incidentId: string, values: Values): string {
  // Nothing has the empty name, though it stands where there is no incident.
  if (incidentId === '') return 'false';
  const id = values.add(storable(incidentId));
  return `(d.incident_id = ${id} OR d.no IN (SELECT a.no FROM deliveries_also a WHERE a.incident_id = ${id}))`;
}

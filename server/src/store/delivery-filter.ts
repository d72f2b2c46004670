/** What deliveries (as d) must hold to be listed or sent again. */
import type { DeliveryFilter } from '../model/ports.ts';
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
  is('incident_id', filter.incidentId);
  if (filter.from !== undefined) conditions.push(`d.created_at >= ${literal(filter.from)}`);
  if (filter.to !== undefined) conditions.push(`d.created_at < ${literal(filter.to)}`);
  // A notice tells of the whole incident.
  const whole = isWholeIn(filter.scope, values);
  if (whole !== null) conditions.push(`EXISTS (SELECT 1 FROM incidents i WHERE i.id = d.incident_id AND ${whole})`);
  if (filter.cursor !== undefined)
    conditions.push(`d.no < ${literal(Number(readCursor('deliveries', filter.cursor)[0]))}`);
  return conditions.join(' AND ');
}

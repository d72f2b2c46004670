/** When the incidents that some deliveries tell of went on. Pure. */
import type { WireDelivery } from '@tattle/contract';

/** Notices are made while it goes on, but its end is told a moment after, and what was held back later still. */
const BEFORE_MS = 3_600_000;
/** Whole steps of time, so that each new delivery does not make a new question. */
const STEP_MS = 600_000;

/** Null where none of them is about an incident. */
export function incidentRange(
  deliveries: readonly Pick<WireDelivery, 'incidentId' | 'createdAt'>[],
): { readonly from: string; readonly to: string } | null {
  const made = deliveries.flatMap(({ incidentId, createdAt }) => (incidentId === null ? [] : [Date.parse(createdAt)]));
  if (made.length === 0) return null;
  const from = Math.floor((Math.min(...made) - BEFORE_MS) / STEP_MS) * STEP_MS;
  const to = Math.ceil((Math.max(...made) + 1) / STEP_MS) * STEP_MS;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

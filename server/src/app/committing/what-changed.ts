/** What a change amounts to, for the spans of the batch that makes it. */
import type { ChangeSet } from '../../model/change-set.ts';
import type { SpanAttributes } from '../../model/tracing.ts';

/** Ids on one span; a lost node's batch may touch hundreds. */
const MOST_IDS = 32;

export function isEmpty({ at: _, durable: __, ...lists }: ChangeSet): boolean {
  return Object.values(lists).every((list) => list.length === 0);
}

export function aboutChange({ created, repeated, incidents, jobs }: ChangeSet): SpanAttributes {
  const ids = [...new Set(incidents.map(({ id }) => id))];
  return {
    'tattle.batch.events': created.length + repeated.length,
    'tattle.batch.incidents': ids.length,
    'tattle.batch.jobs': jobs.length,
    ...(ids.length > 0 && { 'tattle.incident.ids': ids.slice(0, MOST_IDS) }),
  };
}

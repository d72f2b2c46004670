/** Prints a list of incidents in the form that was asked for. */
import type { WireIncident } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { type ListLook, listed } from './listing.ts';

const COLUMNS = ['ID', 'AGE', 'STATE', 'SEVERITY', 'CONDITION', 'OBJECT', 'CAUSE'];
const WIDE = [...COLUMNS, 'EVENTS', 'CLUSTER', 'EXPLANATION'];
/** Of sixteen: enough to tell them apart, and every command takes it. */
const SHORT_ID = 8;

export function renderIncidents(items: readonly WireIncident[], look: ListLook, now: number): string {
  const isWide = look.output === 'wide';
  const columns = isWide ? WIDE : COLUMNS;
  return listed(items, look, { nameOf: ({ id }) => `incident/${id}`, columns, row: (item) => row(item, now, isWide) });
}

function row(item: WireIncident, now: number, wide: boolean): readonly string[] {
  const { id, openedAt, state, severity, condition, root, diagnosis, eventCount, clusterName } = item;
  const object = `${root.namespace === '' ? '' : `${root.namespace}/`}${root.kind.toLowerCase()}/${root.name}`;
  const age = shortDuration(now - Date.parse(openedAt));
  const cells = [id.slice(0, SHORT_ID), age, state, severity, condition, object, diagnosis?.cause ?? ''];
  return [...cells, ...(wide ? [String(eventCount), clusterName, diagnosis?.explanation ?? ''] : [])];
}

/** Prints a list of incidents in the form that was asked for. */
import type { WireIncident } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { structured } from './forms.ts';
import { printable } from './printable.ts';
import { Table } from './table.ts';

export const INCIDENT_FORMS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name'] as const;
export type IncidentForm = (typeof INCIDENT_FORMS)[number];

const COLUMNS = ['ID', 'AGE', 'STATE', 'SEVERITY', 'CONDITION', 'OBJECT', 'CAUSE'];
const WIDE = [...COLUMNS, 'EVENTS', 'CLUSTER', 'EXPLANATION'];
/** Of sixteen: enough to tell them apart, and every command takes it. */
const SHORT_ID = 8;

export function renderIncidents(
  items: readonly WireIncident[],
  { output, headers }: { readonly output: IncidentForm; readonly headers: boolean },
  now: number,
): string {
  switch (output) {
    case 'json':
    case 'jsonl':
    case 'yaml':
      return structured(items, output);
    case 'name':
      return items.map(({ id }) => `incident/${printable(id)}\n`).join('');
    case 'table':
    case 'wide': {
      const rows = items.map((item) => row(item, now, output === 'wide'));
      return new Table(output === 'wide' ? WIDE : COLUMNS).render(rows, headers && items.length > 0);
    }
  }
}

function row(item: WireIncident, now: number, wide: boolean): readonly string[] {
  const { id, openedAt, state, severity, condition, root, diagnosis, eventCount, clusterName } = item;
  const object = `${root.namespace === '' ? '' : `${root.namespace}/`}${root.kind.toLowerCase()}/${root.name}`;
  const age = shortDuration(now - Date.parse(openedAt));
  const cells = [id.slice(0, SHORT_ID), age, state, severity, condition, object, diagnosis?.cause ?? ''];
  return [...cells, ...(wide ? [String(eventCount), clusterName, diagnosis?.explanation ?? ''] : [])].map(printable);
}

/** Who would have been told of past incidents, for people: by reason, by route, and of each incident. */
import type { WirePolicyTrial } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { printable } from './printable.ts';
import { Table } from './table.ts';

type Tried = WirePolicyTrial['items'][number];
type Decision = Tried['decisions'][number];

const SHORT_ID = 8;

export function policyTrialText(trial: WirePolicyTrial, range: string, now: number): string {
  const { incidents, told, partial, byReason, byRoute, items, faults } = trial;
  const count = `${incidents} ${incidents === 1 ? 'incident' : 'incidents'}`;
  const older = partial ? ' Older ones of the range were left out.' : '';
  const lead = `${count} began ${printable(range)}: somebody would have been told of ${told}.${older}\n`;
  const reasons = byReason.map(({ verdict, reason, incidents: so }) => [verdict, reason, String(so)]);
  const routes = byRoute.map(({ route, incidents: so, channels }) => [
    route || '(all)',
    String(so),
    channels.join(','),
  ]);
  const rows = items.map((item) => incidentRow(item, now));
  return [
    lead,
    table(['DECISION', 'REASON', 'INCIDENTS'], reasons),
    table(['ROUTE', 'INCIDENTS', 'CHANNELS'], routes),
    table(['ID', 'AGE', 'SEVERITY', 'TITLE', 'DECISION'], rows),
    items.length < incidents && items.length > 0 ? `The newest ${items.length} are shown.\n` : '',
    faults
      .map(
        ({ rule, fault }) =>
          `rule ${printable(rule)} was not answered, or not everywhere, which counts as no: ${printable(fault)}\n`,
      )
      .join(''),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0
    ? ''
    : new Table(header).render(
        rows.map((row) => row.map(printable)),
        true,
      );
}

function incidentRow({ incident, decisions }: Tried, now: number): readonly string[] {
  const { id, openedAt, severity, title } = incident;
  return [id.slice(0, SHORT_ID), shortDuration(now - Date.parse(openedAt)), severity, title, decided(decisions)];
}

/** Whoever is told first; why somebody is not, once for each reason. */
function decided(decisions: readonly Decision[]): string {
  const told = decisions.filter(({ verdict }) => verdict === 'told');
  const channels = [...new Set(told.map(({ channel }) => channel))].join(',');
  const others = decisions
    .filter(({ verdict }) => verdict !== 'told')
    .map(({ verdict, because }) => `${verdict}: ${because}`);
  return [...(told.length === 0 ? [] : [`told ${channels}`]), ...new Set(others)].join('; ');
}

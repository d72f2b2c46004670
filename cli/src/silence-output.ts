/** Silences as a table, for programs, or in sentences. */
import type { WireIncident, WireSilence, WireSilenceOutlook } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { readableTime } from './incident-lines.ts';
import { type ListLook, listed } from './listing.ts';
import { printable } from './printable.ts';

const COLUMNS = ['ID', 'STATE', 'ENDS', 'BY', 'MATCHERS', 'COMMENT'];
const WIDE = ['ID', 'STATE', 'STARTS', 'ENDS', 'BY', 'MATCHERS', 'COMMENT'];
/** With its `sil_`: enough to tell them apart, and every command takes it. */
const SHORT_ID = 12;
/** Of what would be held back, told by name. */
const MOST_NAMED = 10;

export function renderSilences(items: readonly WireSilence[], look: ListLook, now: number): string {
  const isWide = look.output === 'wide';
  const columns = isWide ? WIDE : COLUMNS;
  return listed(items, look, { nameOf: ({ id }) => id, columns, row: (item) => row(item, now, isWide) });
}

function row(silence: WireSilence, now: number, isWide: boolean): readonly string[] {
  const { id, state, startsAt, createdBy, comment } = silence;
  const starts = isWide ? [fromNow(startsAt, now)] : [];
  const ends = fromNow(endOf(silence), now);
  return [isWide ? id : id.slice(0, SHORT_ID), state, ...starts, ends, createdBy, conditions(silence), comment];
}

function endOf({ expiredAt, endsAt }: WireSilence): string {
  return expiredAt ?? endsAt;
}

function conditions({ matchers }: Pick<WireSilence, 'matchers'>): string {
  return matchers.join(', ');
}

function fromNow(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  return ms > 0 ? `in ${shortDuration(ms)}` : `${shortDuration(-ms)} ago`;
}

/** `sil_… active until 2026-01-31 18:00:00 UTC: namespace="shop"` */
export function silenceLine(silence: WireSilence): string {
  const { id, state, startsAt, endsAt } = silence;
  const when = state === 'pending' ? `from ${readableTime(startsAt)} until` : 'until';
  return `${printable(`${id} ${state} ${when} ${readableTime(endsAt)}: ${conditions(silence)}`)}\n`;
}

/** What of the present it is about, by name. */
export function outlookText(
  { incidents, more }: WireSilenceOutlook,
  matchers: readonly string[],
  isMade: boolean,
): string {
  const count = incidents.length + more;
  const what = count === 0 ? 'no open incident' : `${count} open ${count === 1 ? 'incident' : 'incidents'}`;
  const lead = isMade ? 'holds back' : `${printable(conditions({ matchers: [...matchers] }))} would hold back`;
  const shown = incidents.slice(0, MOST_NAMED);
  const rest = count - shown.length;
  return [
    `${lead} ${what}${count === 0 ? '' : ':'}`,
    ...shown.map(incidentLine),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function incidentLine({ id, severity, title }: WireIncident): string {
  return printable(`  ${id.slice(0, 8)} ${severity} ${title}`);
}

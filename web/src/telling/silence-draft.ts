/** A silence as it is being written: its conditions, how long, why; and what of it cannot be sent yet. Pure. */
import type { WireIncident, WireNewSilence } from '@tattle/contract';
import { readInput } from '../filter/time-range.ts';
import type { Zone } from '../time/format.ts';
import { type Matcher, matcherText } from './matchers.ts';

export interface DraftRow {
  /** Of the row, for as long as it is there. */
  readonly id: number;
  /** Whether it is part of the silence. */
  readonly on: boolean;
  readonly matcher: Matcher;
}

export type Ending = 'hour' | 'hours' | 'morning' | 'custom';

export interface SilenceDraft {
  readonly rows: readonly DraftRow[];
  readonly ending: Ending;
  /** As `<input type="datetime-local">` has them. */
  readonly endsAt: string;
  /** Empty: at once. */
  readonly startsAt: string;
  readonly comment: string;
}

export type DraftFaults = Partial<Record<'rows' | 'endsAt' | 'startsAt' | 'comment', string>>;
export type BuiltSilence =
  | { readonly ok: true; readonly body: WireNewSilence }
  | { readonly ok: false; readonly faults: DraftFaults };

/** What names this problem here and nothing else comes first, and is chosen; what would widen it can be. */
export function proposalFor(
  incident: Pick<WireIncident, 'clusterName' | 'root' | 'condition' | 'severity' | 'diagnosis'>,
): readonly DraftRow[] {
  const { clusterName, root, condition, severity, diagnosis } = incident;
  const known = [
    ['cluster', '=', clusterName, true],
    ['namespace', '=', root.namespace, true],
    ['kind', '=', root.kind, true],
    ['name', '=', root.name, true],
    ['condition', '=', condition, true],
    ['cause', '=', diagnosis?.cause === 'unknown' ? '' : (diagnosis?.cause ?? ''), false],
    ['severity', '=', severity, false],
  ] as const;
  return known
    .filter(([, , value]) => value !== '')
    .map(([name, operator, value, on], id) => ({ id, on, matcher: { name, operator, value } }));
}

export function emptyRow(id: number): DraftRow {
  return { id, on: true, matcher: { name: 'namespace', operator: '=', value: '' } };
}

/** The matchers as they would be sent; those that nobody filled in yet are left out. */
export function matchersOf(rows: readonly DraftRow[]): string[] {
  return rows.filter(({ on, matcher }) => on && isFilledIn(matcher)).map(({ matcher }) => matcherText(matcher));
}

/** That a value is missing can be meant by `is not` alone: it then has to be there. */
function isFilledIn({ name, operator, value }: Matcher): boolean {
  return name !== 'label.' && (value.trim() !== '' || operator === '!=');
}

const MORNING_HOUR = 8;
const HOUR_MS = 3_600_000;

/** The next eight o'clock of the zone that is more than an hour ahead: at three at night that is today's. */
export function nextMorning(now: number, zone: Zone): number {
  const day = new Date(now);
  for (let ahead = 0; ; ahead += 1) {
    const at =
      zone === 'utc'
        ? Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() + ahead, MORNING_HOUR)
        : new Date(day.getFullYear(), day.getMonth(), day.getDate() + ahead, MORNING_HOUR).getTime();
    if (at - now > HOUR_MS) return at;
  }
}

/** When it would end, milliseconds; null where that is not said yet. */
export function endOf({ ending, endsAt, startsAt }: SilenceDraft, now: number, zone: Zone): number | null {
  const start = startsAt === '' ? now : momentOf(startsAt, zone);
  switch (ending) {
    case 'hour':
      return start === null ? null : start + HOUR_MS;
    case 'hours':
      return start === null ? null : start + 4 * HOUR_MS;
    case 'morning':
      return start === null ? null : nextMorning(start, zone);
    case 'custom':
      return momentOf(endsAt, zone);
  }
}

function momentOf(text: string, zone: Zone): number | null {
  const read = readInput(text, zone);
  return read === null ? null : Date.parse(read);
}

const LONGEST_MS = 366 * 24 * HOUR_MS;

export function buildSilence(draft: SilenceDraft, now: number, zone: Zone): BuiltSilence {
  const { rows, startsAt, comment } = draft;
  const [start, end] = [startsAt === '' ? now : momentOf(startsAt, zone), endOf(draft, now, zone)];
  const matchers = matchersOf(rows);
  const faults: DraftFaults = {
    ...(matchers.length === 0 ? { rows: 'Choose at least one condition: a silence of everything is refused.' } : {}),
    ...(rows.some(({ on, matcher }) => on && !isFilledIn(matcher)) && matchers.length > 0
      ? { rows: 'A condition has no value yet: write one, or take it out.' }
      : {}),
    ...(start === null ? { startsAt: 'Choose when it begins.' } : {}),
    ...endFault(start ?? now, end, now),
    ...(comment.trim() === '' ? { comment: 'Say why: whoever is not told will read it.' } : {}),
  };
  if (Object.keys(faults).length > 0 || end === null || start === null) return { ok: false, faults };
  const times = { endsAt: new Date(end).toISOString() };
  const begins = startsAt === '' ? {} : { startsAt: new Date(start).toISOString() };
  return { ok: true, body: { matchers, ...begins, ...times, comment: comment.trim() } };
}

function endFault(start: number, end: number | null, now: number): DraftFaults {
  if (end === null) return { endsAt: 'Choose when it ends.' };
  if (end <= now) return { endsAt: 'That is past already.' };
  if (end <= start) return { endsAt: 'It must end after it begins.' };
  return end - start > LONGEST_MS ? { endsAt: 'A year is the longest.' } : {};
}

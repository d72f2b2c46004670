/** The one sentence that answers "is it on fire?". */
import type { WireIncident, WireSeverity } from '@tattle/contract';
import { counted, whole } from '../../design/numbers.ts';
import { duration, relative } from '../../time/format.ts';
import { SEVERITIES } from '../../design/severities.ts';
import type { SeverityCount } from './open-incidents.ts';
import type { Standing } from '../../design/watch-health.ts';

export interface Headline {
  readonly tone: 'broken' | 'small' | 'well' | 'unsure' | 'starting' | 'blind';
  readonly title: string;
  /** What goes with it; may be empty. */
  readonly detail: string;
}

export interface Known {
  readonly standing: Standing;
  /** Those that go on, as far as they are known one by one. */
  readonly open: readonly WireIncident[];
  /** Of all that go on: more than are known one by one, where there are very many. */
  readonly counts: readonly SeverityCount[];
  /** Of the last day; null while it is not known. */
  readonly lastDay: LastDay | null;
  readonly now: number;
}

export interface LastDay {
  /** When the newest that ended did so; null where none did. */
  readonly resolvedAt: string | null;
  readonly events: number;
  /** When an event last happened; null where none is known. */
  readonly lastEvent: string | null;
  /** Since when it was watched, where that is less than a day; else null. */
  readonly watchedSince: string | null;
}

export function headlineOf({ standing, open, counts, lastDay, now }: Known): Headline {
  const broken = total(counts, isBroken);
  if (standing.kind === 'blind') {
    const rest =
      broken === 0
        ? ''
        : `When it last looked, ${broken === 1 ? 'one thing was' : `${whole(broken)} things were`} broken.`;
    return { tone: 'blind', title: 'Tattle is not watching', detail: rest };
  }
  if (broken > 0) return { tone: 'broken', title: brokenTitle(broken, open, now), detail: '' };
  if (standing.kind === 'starting') return { tone: 'starting', title: 'Tattle is starting to watch', detail: STARTING };
  const small = total(counts, (severity) => !isBroken(severity));
  const isUnsure = standing.blindClusters > 0;
  const title = isUnsure ? 'Nothing is broken in what is watched' : 'Nothing is broken';
  const detail = joined(
    isUnsure ? `${counted(standing.blindClusters, 'cluster is', 'clusters are')} not watched.` : '',
    small > 0 ? `${counted(small, 'small thing is', 'small things are')} worth a look.` : '',
    lastDay === null ? '' : lastDayWords(lastDay, small, now),
  );
  return { tone: isUnsure ? 'unsure' : small > 0 ? 'small' : 'well', title, detail };
}

/** Low and info are worth keeping: often they pass by themselves. */
function isBroken(severity: WireSeverity): boolean {
  return severity !== 'low' && severity !== 'info';
}

function brokenTitle(broken: number, open: readonly WireIncident[], now: number): string {
  const serious = open.filter(({ severity }) => isBroken(severity));
  const worst = SEVERITIES.find((severity) => serious.some((incident) => incident.severity === severity));
  const since = serious.filter(({ severity }) => severity === worst).map(({ openedAt }) => Date.parse(openedAt));
  const long = since.length === 0 ? '' : duration(now - Math.min(...since));
  const isSeen = serious.length === broken && serious.every(({ state }) => state === 'acknowledged');
  const seen = !isSeen
    ? ''
    : broken === 1
      ? ', and somebody is looking at it'
      : ', and somebody is looking at all of them';
  if (long === '') return `${capital(things(broken))} broken`;
  return `${capital(things(broken))} broken, ${broken === 1 ? '' : 'the worst '}for ${long}${seen}`;
}

function lastDayWords({ resolvedAt, events, lastEvent, watchedSince }: LastDay, small: number, now: number): string {
  const span = watchedSince === null ? 'in 24 h' : `since watching began ${relative(Date.parse(watchedSince), now)}`;
  const incidents =
    resolvedAt !== null
      ? `The last incident was resolved ${relative(Date.parse(resolvedAt), now)}; `
      : small > 0
        ? ''
        : `No incident ${span}; `;
  const last = lastEvent === null ? '' : `, the last one ${relative(Date.parse(lastEvent), now)}`;
  return `${incidents}${whole(events)} ${events === 1 ? 'event' : 'events'} seen${resolvedAt === null && small === 0 ? '' : ' in 24 h'}${last}.`;
}

const STARTING = 'What is there is being read. This takes a moment.';

function total(counts: readonly SeverityCount[], of: (severity: WireSeverity) => boolean): number {
  return counts.reduce((sum, { severity, incidents }) => sum + (of(severity) ? incidents : 0), 0);
}

function things(count: number): string {
  return count === 1 ? 'one thing is' : `${whole(count)} things are`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

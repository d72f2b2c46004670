/** The timeline as rows to read: repeats folded, days told apart. */
import type { WireObjectRef, WireTimelineEntry } from '@tattle/contract';

export interface Moment {
  /** Stays the same while the timeline grows. */
  readonly key: string;
  readonly at: string;
  readonly kind: WireTimelineEntry['kind'];
  readonly by: string;
  /** The reason of an event or the condition that joined; empty where the kind says it all. */
  readonly subject: string;
  /** How often an event happened; 1 for everything else. */
  readonly count: number;
  readonly text: string;
  readonly object: WireObjectRef | null;
}

export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'moment'; readonly key: string; readonly moment: Moment; readonly more: readonly Moment[] };

/** Two alike are no repetition yet. */
const LEAST_FOLDED = 2;

/** `dayOf` says in which day a moment lies, in the reader's zone. */
export function timelineRows(
  entries: readonly WireTimelineEntry[],
  dayOf: (at: string) => string,
): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  let day = '';
  for (const { moment, more } of folded(readMoments(entries), dayOf)) {
    const next = dayOf(moment.at);
    if (next !== day) rows.push({ kind: 'day', key: `day ${next}`, at: moment.at });
    day = next;
    rows.push({ kind: 'moment', key: moment.key, moment, more });
  }
  return rows;
}

interface Group {
  readonly moment: Moment;
  readonly more: Moment[];
}

/** Alike ones go under the first of them, as long as nothing but events lies between: the order of turns is the story. */
function folded(moments: readonly Moment[], dayOf: (at: string) => string): readonly Group[] {
  const groups: Group[] = [];
  let stretch = new Map<string, Group>();
  for (const moment of moments) {
    if (!isRepeatable(moment)) stretch = new Map();
    const likeness = `${dayOf(moment.at)} ${likenessOf(moment)}`;
    const alike = isRepeatable(moment) ? stretch.get(likeness) : undefined;
    if (alike === undefined) {
      const group = { moment, more: [] };
      groups.push(group);
      stretch.set(likeness, group);
    } else alike.more.push(moment);
  }
  return inOrder(groups.flatMap(unfoldedWhereFew));
}

function unfoldedWhereFew(group: Group): readonly Group[] {
  if (group.more.length >= LEAST_FOLDED) return [group];
  return [group.moment, ...group.more].map((moment) => ({ moment, more: [] }));
}

/** The sort is stable: what happened at once keeps its order. */
function inOrder(groups: readonly Group[]): readonly Group[] {
  return [...groups].sort((a, b) => (a.moment.at < b.moment.at ? -1 : a.moment.at > b.moment.at ? 1 : 0));
}

function isRepeatable({ kind }: Moment): boolean {
  return kind === 'event' || kind === 'joined';
}

/** Without numbers, generated parts of names and the object's own name: `Pod web-7d9f-x is gone` is like `Pod web-7d9f-y is gone`. */
function likenessOf({ kind, subject, text, object }: Moment): string {
  const unnamed = object === null || object.name === '' ? text : text.replaceAll(object.name, '…');
  const words = unnamed.replaceAll(/[\w.-]*\d[\w.-]*/g, '#');
  return [kind, subject, object?.kind ?? '', words].join('\n');
}

function readMoments(entries: readonly WireTimelineEntry[]): readonly Moment[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const { at, kind, by, object } = entry;
    const words = wordsOf(entry);
    const base = [at, kind, words.subject, object?.kind, object?.namespace, object?.name].join(' ');
    const times = (seen.get(base) ?? 0) + 1;
    seen.set(base, times);
    return { key: times === 1 ? base : `${base} ${times}`, at, kind, by, object, ...words };
  });
}

/** As the API writes them: `BackOff (x4): Back-off restarting …`, `CrashLoopBackOff: Pod … belongs to …`, `OOMKilled is over: …`. */
const NAMED = /^([A-Za-z][\w.-]{0,120})(?: \(x(\d+)\))?(?:: | (?=is over: ))([\s\S]*)$/;

function wordsOf({ kind, text }: WireTimelineEntry): Pick<Moment, 'subject' | 'count' | 'text'> {
  // The word of its kind says the rest.
  if (kind === 'evidence') return { subject: '', count: 1, text: text.replace(/^captured /, '') };
  const isNamed = kind === 'event' || kind === 'joined' || kind === 'diagnosed';
  const [, subject, count, rest] = (isNamed ? NAMED.exec(text) : null) ?? [];
  if (subject === undefined || rest === undefined) {
    return { subject: '', count: 1, text: kind === 'event' || kind === 'note' ? text : sentence(text) };
  }
  const isOurs = kind !== 'event' || rest.startsWith('is over: ');
  return { subject, count: Number(count ?? 1), text: isOurs ? sentence(rest) : rest };
}

/** What others wrote keeps its letters; what the server says begins like a sentence. */
function sentence(text: string): string {
  return /^[a-z]+\b(?![-./])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

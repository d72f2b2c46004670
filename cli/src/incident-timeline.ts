/** The timeline of an incident as lines, a day’s under its date; what repeats itself is told once, with how often. */
import type { WireIncidentView, WireTimelineEntry } from '@tattle/contract';
import { clockOf, dayOf, wrapped } from './incident-lines.ts';

/** As wide as the widest: acknowledged. */
const KIND_WIDTH = 12;
/** After these the same words mean something new. */
const TURNS: ReadonlySet<WireTimelineEntry['kind']> = new Set(['cleared', 'resolved', 'regressed']);

interface Told {
  readonly entry: WireTimelineEntry;
  times: number;
  until: string;
}

export function timelineLines(
  { timeline, timelineCut, diagnosis }: Pick<WireIncidentView, 'timeline' | 'timelineCut' | 'diagnosis'>,
  width: number,
): readonly string[] {
  if (timeline.length === 0) return [];
  const lines = [timelineCut ? 'Timeline (UTC), of its events the newest only:' : 'Timeline (UTC):'];
  let day = '';
  for (const told of repeatsTogether(timeline)) {
    const { at, kind } = told.entry;
    if (dayOf(at) !== day) {
      day = dayOf(at);
      lines.push(...wrapped('  ', day, width));
    }
    const isAbove = kind === 'diagnosed' && told.entry.text === `${diagnosis?.cause}: ${diagnosis?.explanation}`;
    const text = isAbove ? `${diagnosis?.cause}, as said above` : words(told, day);
    lines.push(...wrapped(`  ${clockOf(at)}  ${kind.padEnd(KIND_WIDTH)}  `, text, width));
  }
  return lines;
}

/** Under the first of them. */
function repeatsTogether(timeline: WireIncidentView['timeline']): readonly Told[] {
  const all: Told[] = [];
  const running = new Map<string, Told>();
  for (const entry of timeline) {
    if (TURNS.has(entry.kind)) running.clear();
    const sentence = `${entry.by}\n${entry.text}`;
    const before = entry.kind === 'event' ? running.get(sentence) : undefined;
    if (before !== undefined) {
      before.times += 1;
      before.until = entry.at;
      continue;
    }
    const told = { entry, times: 1, until: entry.at };
    all.push(told);
    if (entry.kind === 'event') running.set(sentence, told);
  }
  return all;
}

function words({ entry: { at, by, text }, times, until }: Told, day: string): string {
  const clock = dayOf(until) === day ? clockOf(until) : `${dayOf(until)} ${clockOf(until)}`;
  const end = clock === clockOf(at) ? '' : `, until ${clock}`;
  const often = times === 1 ? '' : ` (${times} times${end})`;
  // `anna merged … into it` names her already.
  if (by === '' || by === 'tattle' || text.startsWith(`${by} `)) return text + often;
  return text === '' ? `by ${by}` : `${by}: ${text}${often}`;
}

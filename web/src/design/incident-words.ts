/** What there is to say about an incident in a list: why it happened, how long it goes on, what it affects, who is at it. */
import type { WireIncident, WireIncidentView } from '@tattle/contract';
import { duration } from '../time/format.ts';
import { causeWords } from './condition-words.ts';
import { counted } from './numbers.ts';

export interface Why {
  /** `Missing configuration`; empty where no cause is known. */
  readonly cause: string;
  readonly text: string;
  /** Whether the text rests on evidence; else it says how things stand. */
  readonly isFound: boolean;
}

/** Evidence is captured and read within moments; after that, none is to come by itself. */
const LOOKING_MS = 60_000;

/** The diagnosis says how sure it is: what is likely and what is a guess is called so. */
export function whyOf({ diagnosis, restricted, openedAt }: WireIncident, now: number): Why {
  if (diagnosis === null) {
    if (restricted) return { cause: '', text: 'Why lies in a part that you may not see.', isFound: false };
    const isNew = now - Date.parse(openedAt) < LOOKING_MS;
    return { cause: '', text: isNew ? 'The evidence is being looked at.' : 'No cause was found yet.', isFound: false };
  }
  const { cause, confidence, explanation } = diagnosis;
  if (cause === 'unknown') return { cause: '', text: explanation, isFound: true };
  const words = causeWords(cause);
  if (confidence >= 0.8) return { cause: words, text: explanation, isFound: true };
  return { cause: `${confidence < 0.5 ? 'Perhaps' : 'Likely'} ${lowerFirst(words)}`, text: explanation, isFound: true };
}

/** How long it went on, or goes on: `12 min`. */
export function lastedOf({ openedAt, resolvedAt }: WireIncident, now: number): string {
  return duration((resolvedAt === null ? now : Date.parse(resolvedAt)) - Date.parse(openedAt));
}

/** Objects are told 200 at the most. */
const OBJECTS_TOLD = 200;

/** `3 objects`; empty where there is no more than the one that the title names. */
export function affectedWords({ objects, root }: WireIncidentView): string {
  const others = objects.filter(({ kind, name, namespace }) => {
    return kind !== root.kind || name !== root.name || namespace !== root.namespace;
  });
  if (others.length === 0) return '';
  return objects.length >= OBJECTS_TOLD ? `over ${OBJECTS_TOLD} objects` : counted(others.length, 'object');
}

/** Who said last that they look at it, and when; null where nobody did. */
export function acknowledgedOf({
  state,
  timeline,
}: WireIncidentView): { readonly by: string; readonly at: string } | null {
  if (state !== 'acknowledged') return null;
  return timeline.findLast(({ kind }) => kind === 'acknowledged') ?? null;
}

/** `4 min before`, `30 s after`. */
export function distanceWords(at: string, to: string): string {
  const ahead = Date.parse(to) - Date.parse(at);
  return `${duration(Math.abs(ahead))} ${ahead < 0 ? 'after' : 'before'}`;
}

function lowerFirst(text: string): string {
  // `DNS failure` keeps its capitals.
  return /^[A-Z]{2}/.test(text) ? text : `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

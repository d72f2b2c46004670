/** An incident as a person reads it at 3 a.m.: what, since when, why with the words that prove it, what changed, what to do. */
import type { WireIncidentView, WireNoticeDecision } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { clockOf, readableTime, wrapped } from './incident-lines.ts';
import { timelineLines } from './incident-timeline.ts';
import { toldLines } from './incident-told-text.ts';

const MOST_OBJECTS = 10;
/** Of what is cited, so that one line of a log does not push all else off the screen; JSON has it whole. */
const LONGEST_CITATION = 600;

type Lines = readonly string[];

interface Reading {
  readonly now: number;
  readonly whole: boolean;
  readonly width: number;
  /** Who was, or was not, told of it, where that is known. */
  readonly told?: readonly WireNoticeDecision[];
}

/** With `whole`, also what belongs to it and why, and its timeline. Wrapped at `width`, but for commands: those are pasted. */
export function incidentText(incident: WireIncidentView, { now, whole, width, told = [] }: Reading): string {
  const lines = [
    ...heading(incident, now, width),
    ...cause(incident, width),
    ...changes(incident, width),
    ...earlier(incident, width),
    ...nextSteps(incident, width),
    ...toldLines(told, incident.id, width),
  ];
  if (whole) lines.push(...together(incident, width), ...objects(incident, width), ...timelineLines(incident, width));
  lines.push(...identity(incident, width));
  return lines.map((line) => `${line}\n`).join('');
}

function heading(incident: WireIncidentView, now: number, width: number): Lines {
  const { title, severity, regressions, mergedInto, resolution, restricted } = incident;
  const again = regressions === 0 ? '' : `, came back ${regressions === 1 ? 'once' : `${regressions} times`}`;
  const merged = `merged into ${mergedInto ?? ''}, where it goes on: tattle incident show ${mergedInto ?? ''}`;
  return [
    ...wrapped('', title, width),
    ...wrapped('  ', `${severity}, ${mergedInto === null ? life(incident, now) : merged}${again}`, width),
    ...(resolution === null || resolution === '' ? [] : wrapped('  ', `fixed by: ${resolution}`, width)),
    ...(restricted ? wrapped('  ', 'part of it lies outside of what you may see; this is about the rest', width) : []),
  ];
}

function life({ state, openedAt, resolvedAt, resolvedBy, timeline }: WireIncidentView, now: number): string {
  const opened = Date.parse(openedAt);
  if (state === 'resolved' && resolvedAt !== null) {
    const by = resolvedBy === null || resolvedBy === 'tattle' ? '' : ` by ${resolvedBy}`;
    return `resolved${by} after ${shortDuration(Date.parse(resolvedAt) - opened)}, at ${readableTime(resolvedAt)}`;
  }
  const by = timeline.findLast(({ kind }) => kind === 'acknowledged')?.by;
  const known = state === 'acknowledged' ? `, acknowledged${by === undefined ? '' : ` by ${by}`}` : '';
  return `open for ${shortDuration(now - opened)}, since ${readableTime(openedAt)}${known}`;
}

function cause({ diagnosis }: WireIncidentView, width: number): Lines {
  if (diagnosis === null) return wrapped('Why: ', 'not known yet: its evidence was not looked at', width);
  const { explanation, cause: code, confidence, citations, also } = diagnosis;
  return [
    ...wrapped('Why: ', explanation, width),
    ...wrapped('  ', `${code} (${sureness(confidence)})${citations.length === 0 ? '' : ', by these words:'}`, width),
    ...citations.flatMap(({ text }) => wrapped('  > ', shortened(text), width)),
    ...also.flatMap((other) => {
      // What led to a rollout’s regression is told with it.
      const told = explanation.includes(other.explanation) ? '' : `: ${other.explanation}`;
      return wrapped('  also ', `${other.cause}${told}`, width);
    }),
  ];
}

function shortened(text: string): string {
  return text.length <= LONGEST_CITATION ? text : `${text.slice(0, LONGEST_CITATION)}…`;
}

function sureness(confidence: number): string {
  if (confidence >= 0.85) return 'sure';
  return confidence >= 0.5 ? 'likely' : 'a guess';
}

function changes({ changes: all, openedAt }: WireIncidentView, width: number): Lines {
  if (all.length === 0) return [];
  const opened = Date.parse(openedAt);
  return [
    'Changed:',
    ...all.flatMap(({ at, object, summary }) => {
      const before = opened - Date.parse(at);
      const when = before < 0 ? `${shortDuration(-before)} after` : `${shortDuration(before)} before`;
      return wrapped(`  ${clockOf(at)}, ${when}  `, `${nameOf(object)}: ${summary}`, width);
    }),
  ];
}

function earlier({ earlier: before }: WireIncidentView, width: number): Lines {
  const [last] = before;
  if (last === undefined) return [];
  const fix = before.find(({ resolution }) => resolution !== null && resolution !== '');
  const when = readableTime(last.openedAt);
  if (fix === undefined) return wrapped('Last time: ', when, width);
  const fixed = `fixed by: ${fix.resolution ?? ''}`;
  if (fix === last) return wrapped('Last time: ', `${when}, ${fixed}`, width);
  return wrapped('Last time: ', `${when}; at ${readableTime(fix.openedAt)} it was ${fixed}`, width);
}

function nextSteps({ diagnosis }: WireIncidentView, width: number): Lines {
  if (diagnosis === null) return [];
  const steps = diagnosis.nextSteps.flatMap((step) => wrapped('  - ', step, width));
  const commands = diagnosis.commands.flatMap((command) => wrapped('  ', command, Number.POSITIVE_INFINITY));
  return [
    ...(steps.length === 0 ? [] : ['Next:', ...steps]),
    ...(commands.length === 0 ? [] : ['Look with:', ...commands]),
  ];
}

function together({ together: strands }: WireIncidentView, width: number): Lines {
  if (strands.length < 2) return [];
  return [
    'Why it is one:',
    ...strands.flatMap(({ condition, root, because, rule, clearedAt }) => {
      const over = clearedAt === null ? '' : ' (over)';
      return wrapped('  - ', `${condition} of ${nameOf(root)}${over}: ${because} [${rule}]`, width);
    }),
  ];
}

function objects({ objects: all }: WireIncidentView, width: number): Lines {
  if (all.length === 0) return [];
  const shown = all.slice(0, MOST_OBJECTS).flatMap((object) => wrapped('  ', nameOf(object), width));
  const rest = all.length - MOST_OBJECTS;
  return [`Objects (${all.length}):`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function identity({ id, clusterName, eventCount, mergedInto }: WireIncidentView, width: number): Lines {
  // What was merged away is counted where it goes on.
  const events = mergedInto === null ? `, ${eventCount} ${eventCount === 1 ? 'event' : 'events'}` : '';
  return wrapped('', `Incident ${id}${events}, cluster ${clusterName}`, width);
}

function nameOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

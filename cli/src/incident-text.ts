/** An incident as a person reads it at 3 a.m.: what, since when, why with the words that prove it, what changed, what to do. */
import type { WireIncidentView } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { printable } from './printable.ts';

const MOST_OBJECTS = 10;
const CLOCK_FROM = 11;
const CLOCK_TO = 19;

/** With `whole`, also what belongs to it and why, and its timeline. */
export function incidentText(incident: WireIncidentView, now: number, whole: boolean): string {
  const lines = [
    ...heading(incident, now),
    ...cause(incident),
    ...changes(incident),
    ...nextSteps(incident),
    ...earlier(incident),
  ];
  if (whole) lines.push(...together(incident), ...objects(incident), ...timeline(incident));
  return `${lines.map(printable).join('\n')}\n`;
}

function heading(incident: WireIncidentView, now: number): readonly string[] {
  const { title, severity, state, openedAt, resolvedAt, id, eventCount, clusterName, regressions } = incident;
  const since = shortDuration(now - Date.parse(openedAt));
  const lasted = resolvedAt === null ? '' : shortDuration(Date.parse(resolvedAt) - Date.parse(openedAt));
  const when = resolvedAt === null ? `for ${since}, since ${openedAt}` : `over after ${lasted}, at ${resolvedAt}`;
  const again = regressions === 0 ? '' : `, came back ${regressions === 1 ? 'once' : `${regressions} times`}`;
  return [
    title,
    `  ${severity}, ${state} ${when}${again}`,
    `  ${eventCount} events, cluster ${clusterName}, incident ${id}`,
  ];
}

function cause({ diagnosis }: WireIncidentView): readonly string[] {
  if (diagnosis === null) return ['Why: not known yet: its evidence was not looked at'];
  const proof = diagnosis.citations.map(({ text }) => `  > ${text}`);
  const also = diagnosis.also.map(({ cause: other, explanation }) => `  also ${other}: ${explanation}`);
  return [
    `Why: ${diagnosis.explanation}`,
    `  ${diagnosis.cause}, ${sureness(diagnosis.confidence)}`,
    ...proof,
    ...also,
  ];
}

function sureness(confidence: number): string {
  if (confidence >= 0.85) return 'sure';
  return confidence >= 0.5 ? 'likely' : 'a guess';
}

function changes(incident: WireIncidentView): readonly string[] {
  if (incident.changes.length === 0) return [];
  return [
    'Changed before:',
    ...incident.changes.map(({ at, object, summary }) => `  ${clock(at)}  ${object.kind} ${object.name}: ${summary}`),
  ];
}

function nextSteps({ diagnosis }: WireIncidentView): readonly string[] {
  if (diagnosis === null) return [];
  const steps = diagnosis.nextSteps.map((step) => `  - ${step}`);
  const commands = diagnosis.commands.map((command) => `    ${command}`);
  return steps.length + commands.length === 0 ? [] : ['Next:', ...steps, ...commands];
}

function earlier({ earlier: before }: WireIncidentView): readonly string[] {
  const [last] = before;
  if (last === undefined) return [];
  const fix = before.find(({ resolution }) => resolution !== null && resolution !== '');
  const fixed = fix === undefined ? '' : `; fixed by: ${fix.resolution ?? ''}`;
  return [`Last time: ${last.openedAt}${fixed}`];
}

function together({ together: strands }: WireIncidentView): readonly string[] {
  return [
    'Why it is one:',
    ...strands.map(({ condition, root, because, rule, clearedAt }) => {
      const over = clearedAt === null ? '' : ' (over)';
      return `  ${condition} of ${root.kind} ${root.name}${over}: ${because} [${rule}]`;
    }),
  ];
}

function objects({ objects: all }: WireIncidentView): readonly string[] {
  const shown = all.slice(0, MOST_OBJECTS).map(({ kind, namespace, name }) => {
    return `  ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  });
  const rest = all.length - shown.length;
  return [`Objects (${all.length}):`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function timeline({ timeline: entries }: WireIncidentView): readonly string[] {
  return [
    'Timeline:',
    ...entries.map(({ at, kind, by, text }) => `  ${clock(at)}  ${kind}${by === '' ? '' : ` by ${by}`}: ${text}`),
  ];
}

function clock(at: string): string {
  return at.slice(CLOCK_FROM, CLOCK_TO);
}

/** An incident as Markdown, for a chat or a ticket. */
import type { WireIncidentDetail, WireObjectRef } from '@tattle/contract';
import { causeWords, conditionWords } from '../../design/condition-words.ts';
import { exact, longDuration } from '../../time/format.ts';
import { confidenceOf } from './confidence.ts';

const MOST_QUOTES = 5;

/** `link` leads to its page; `now` in milliseconds. Times are UTC, since its readers may be anywhere. */
export function markdownOf(incident: WireIncidentDetail, link: string, now: number): string {
  return [
    `**${plain(conditionWords(incident.condition))}:** ${spoken(incident.root)} (${incident.severity}, ${incident.state})`,
    factsOf(incident, now),
    ...changeOf(incident),
    ...whyOf(incident),
    ...resolutionOf(incident),
    link,
  ].join('\n\n');
}

function factsOf({ clusterName, openedAt, resolvedAt, eventCount, condition }: WireIncidentDetail, now: number) {
  const began = Date.parse(openedAt);
  const length = longDuration((resolvedAt === null ? now : Date.parse(resolvedAt)) - began);
  return [
    `- What: ${plain(condition)} in cluster ${quoted(clusterName)}`,
    `- Since: ${exact(began, 'utc')} UTC (${resolvedAt === null ? 'for' : 'lasted'} ${length})`,
    `- Events: ${eventCount}`,
  ].join('\n');
}

function changeOf({ changes: [leading] }: WireIncidentDetail): readonly string[] {
  if (leading === undefined) return [];
  const at = exact(Date.parse(leading.at), 'utc');
  return [`Changed before (${at} UTC): ${spoken(leading.object)}: ${plain(leading.summary)}`];
}

function whyOf({ diagnosis }: WireIncidentDetail): readonly string[] {
  if (diagnosis === null) return [];
  const { cause, confidence, explanation, citations, nextSteps, commands } = diagnosis;
  const quotes = citations.slice(0, MOST_QUOTES).map(({ text }) => text);
  const steps = nextSteps.map((step, index) => `${index + 1}. ${plain(step)}`).join('\n');
  return [
    `**Why:** ${plain(explanation)} (${causeWords(cause)}, ${confidenceOf(confidence).word.toLowerCase()})`,
    ...(quotes.length > 0 ? [fenced(quotes.join('\n'))] : []),
    ...(steps === '' ? [] : [`**Next:**\n${steps}`]),
    ...(commands.length > 0 ? [fenced(commands.join('\n'))] : []),
  ];
}

function resolutionOf({ resolution }: WireIncidentDetail): readonly string[] {
  return resolution === null ? [] : [`**What fixed it:** ${plain(resolution)}`];
}

/** Foreign words stay words: no markup, no link, no mention, no second line. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*[\]<>|~#]/g, (sign) => `\\${sign}`);
}

function spoken({ kind, namespace, name }: WireObjectRef): string {
  return `${plain(kind)} ${quoted(namespace === '' ? name : `${namespace}/${name}`)}`;
}

function quoted(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;
}

/** The fence is longer than any within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** Makes the message of a notice. Pure: the same notice says the same. */
import type { AlsoTold, Digest, IncidentNotice, Notice, NoticeKind } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { LinkTo } from '../body/incident-json.ts';
import type { Fact, Message } from './message.ts';
import { durationText, timeText } from './time-text.ts';
import { oneLine, someLines } from './plain-text.ts';

export type { LinkTo } from '../body/incident-json.ts';

const OPENINGS: Readonly<Record<Exclude<NoticeKind, 'digest'>, string>> = {
  opened: 'Broken',
  worse: 'Got worse',
  diagnosed: 'Cause found',
  acknowledged: 'Acknowledged',
  reminder: 'Still broken',
  escalated: 'Nobody has taken this on',
  resolved: 'Over',
  test: 'Test',
};

const MOST_ALSO = 10;
/** A screen of a phone holds about this much beside the rest. */
const MOST_WHY = 700;

export function writeMessage(notice: Notice, linkTo: LinkTo): Message {
  return notice.kind === 'digest' ? ofDigest(notice.digest, notice.at, linkTo) : ofIncident(notice, linkTo);
}

function ofIncident(notice: IncidentNotice, linkTo: LinkTo): Message {
  const { kind, incident, diagnosis, also } = notice;
  const isOver = kind === 'resolved';
  return {
    kind,
    tone: isOver ? 'over' : kind === 'test' ? 'news' : 'broken',
    severity: incident.severity,
    headline: headlineOf(notice),
    why: oneLine(whyOf(notice), MOST_WHY),
    cause: diagnosis?.cause ?? null,
    facts: factsOf(notice).filter(({ value }) => value !== ''),
    nextSteps: isOver ? [] : lines(diagnosis?.nextSteps ?? [], 5),
    commands: isOver ? [] : lines(diagnosis?.commands ?? [], 3),
    quote: isOver ? null : quoteOf(notice),
    also: also.slice(0, MOST_ALSO).map(lineOf),
    more: Math.max(0, also.length - MOST_ALSO),
    note: noteOf(notice),
    url: kind === 'test' ? null : linkTo(incident.id),
    at: notice.at,
  };
}

function headlineOf({ kind, incident, at, acknowledgedBy = '' }: IncidentNotice): string {
  const again = kind === 'opened' && incident.state === 'regressed' ? 'Broken again' : OPENINGS[kind];
  const lasts = at - incident.openedAt;
  const since = (kind === 'reminder' || kind === 'escalated') && lasts >= 60_000 ? ` for ${durationText(lasts)}` : '';
  const by = kind === 'acknowledged' && acknowledgedBy !== '' ? ` by ${oneLine(acknowledgedBy, 100)}` : '';
  return `${again}${since}${by}: ${titleOf(incident)}`;
}

function titleOf({ title }: Incident): string {
  return oneLine(title, 200) || 'an incident without a title';
}

function lines(texts: readonly string[], most: number): readonly string[] {
  return texts
    .map((text) => oneLine(text, 300))
    .filter((text) => text !== '')
    .slice(0, most);
}

/** An end says what it was that ended: the message may be the only one that its reader sees. */
function whyOf({ kind, incident, diagnosis, event }: IncidentNotice): string {
  if (kind !== 'resolved') return diagnosis?.explanation ?? event?.message ?? '';
  return diagnosis === null ? overText(incident) : `${overText(incident)} The cause was: ${diagnosis.explanation}`;
}

function overText({ resolution, resolvedBy, openedAt, resolvedAt }: Incident): string {
  const person = oneLine(resolvedBy ?? '', 100);
  const note = oneLine(resolution ?? '', 300);
  const after = resolvedAt === null ? '' : ` after ${durationText(resolvedAt - openedAt)}`;
  const by = person === '' || person === 'tattle' ? 'It ended by itself' : `${person} resolved it`;
  return `${by}${after}.${note === '' ? '' : ` ${/[.!?…]$/.test(note) ? note : `${note}.`}`}`;
}

function factsOf({ incident, event, kind, acknowledgedBy = '' }: IncidentNotice): readonly Fact[] {
  const { root, cluster, openedAt, eventCount, severity } = incident;
  const node = event?.node ?? '';
  return [
    { name: 'Severity', value: severity },
    ...(root.namespace === '' ? [] : [{ name: 'Namespace', value: oneLine(root.namespace, 100) }]),
    { name: root.kind === '' ? 'Object' : oneLine(root.kind, 60), value: oneLine(root.name, 253) },
    { name: 'Cluster', value: oneLine(cluster.name, 253) },
    ...(node === '' || root.kind === 'Node' ? [] : [{ name: 'Node', value: oneLine(node, 253) }]),
    { name: 'Since', value: timeText(openedAt) },
    { name: 'Acknowledged by', value: oneLine(acknowledgedBy, 100) },
    ...(kind === 'opened' || eventCount <= 1 ? [] : [{ name: 'Events', value: eventCount.toLocaleString('en-US') }]),
  ];
}

/** The words that the diagnosis stands on; without one, nothing is quoted twice. */
function quoteOf({ diagnosis }: IncidentNotice): string | null {
  const text = someLines(diagnosis?.citations[0]?.text ?? '', 600, 8);
  return text === '' || diagnosis?.explanation.includes(text) === true ? null : text;
}

function noteOf({ partial, kind }: IncidentNotice): string {
  if (kind === 'test') return 'This is a test: nothing is broken.';
  return partial ? 'Evidence was still being gathered when this was sent.' : '';
}

function lineOf({ incident, kind, acknowledgedBy = '' }: AlsoTold): string {
  const taken = acknowledgedBy === '' ? '' : `, acknowledged by ${oneLine(acknowledgedBy, 100)}`;
  return `${OPENINGS[kind]}: ${titleOf(incident)} (${incident.severity}${taken})`;
}

function ofDigest(digest: Digest, at: number, linkTo: LinkTo): Message {
  const { occasion, incidents, stillOpen, healed, repeats, lines, from, to } = digest;
  const [worst] = lines;
  const shown = lines.slice(0, MOST_ALSO);
  const counts = [
    counted(incidents, 'incident', 'incidents'),
    ...(healed > 0 ? [`${healed.toLocaleString('en-US')} healed ${healed === 1 ? 'itself' : 'themselves'}`] : []),
    ...(stillOpen > 0 ? [`${stillOpen.toLocaleString('en-US')} still open`] : []),
    ...(repeats > 0 ? [`${repeats.toLocaleString('en-US')} repeats suppressed`] : []),
  ];
  return {
    kind: 'digest',
    tone: stillOpen > 0 ? 'broken' : 'over',
    severity: worst?.incident.severity ?? 'info',
    headline: `${capital(oneLine(occasion, 60)) || 'Summary'}: ${counts.join(', ')}`,
    why: '',
    cause: null,
    facts: [
      { name: 'From', value: timeText(from) },
      { name: 'To', value: timeText(to) },
    ],
    nextSteps: [],
    commands: [],
    quote: null,
    also: shown.map(({ incident, cause }) => {
      const state = incident.state === 'resolved' ? 'over' : 'open';
      return `${titleOf(incident)} (${[incident.severity, state, cause].filter((word) => word !== null).join(', ')})`;
    }),
    more: Math.max(0, incidents - shown.length),
    note: '',
    url: incidents === 1 && worst !== undefined ? linkTo(worst.incident.id) : null,
    at,
  };
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

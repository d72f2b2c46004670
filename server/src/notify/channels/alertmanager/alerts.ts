/** What Alertmanager is told of incidents, in the form of its API (v2). */
import { rfc3339 } from '../../../kit/format-time.ts';
import { TATTLE_MARK } from '../../../model/alert-label.ts';
import type { ClusterEvent } from '../../../model/cluster-event.ts';
import type { IncidentNotice, ToldIncident } from '../../../model/delivery.ts';
import type { Diagnosis } from '../../../model/diagnosis.ts';
import type { Incident } from '../../../model/incident.ts';
import { oneLine, someLines } from '../../message/plain-text.ts';
import { type Labels, labelsOf, labelsToTell, readReceipt, same } from './labels.ts';

export interface PostableAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  /** Left out where nobody said under which name people reach Tattle. */
  readonly generatorURL?: string;
}

/** What is to be said of an incident. */
interface Saying {
  readonly incident: Incident;
  readonly diagnosis: Diagnosis | null;
  readonly event: ClusterEvent | null;
  /** Null while it goes on. */
  readonly endedAt: number | null;
  /** The labels that it was told with; null where nobody knows. */
  readonly told: Labels | null;
}

export interface AlertTerms {
  readonly now: number;
  readonly resolveAfterMs: number;
  readonly extraLabels: Labels;
  readonly linkTo: (incidentId: string) => string | null;
}

/** `labels`: those of the incident itself, for the receipt, without the extra ones. */
export function alertsOfNotice(
  notice: IncidentNotice,
  receipt: string | null,
  terms: AlertTerms,
): { readonly alerts: readonly PostableAlert[]; readonly labels: Labels } {
  const { incident, diagnosis, event, kind, at } = notice;
  const first = {
    incident,
    diagnosis,
    event,
    endedAt: kind === 'resolved' ? (incident.resolvedAt ?? at) : null,
    told: readReceipt(receipt),
  };
  const others = notice.also.map((also) => ({
    incident: also.incident,
    diagnosis: null,
    event: null,
    endedAt: also.kind === 'resolved' ? (also.incident.resolvedAt ?? at) : null,
    told: null,
  }));
  const known = new Set<string>();
  const sayings = [first, ...others].filter(({ incident: { id } }) => !known.has(id) && known.add(id));
  return { alerts: sayings.flatMap((saying) => alertsOf(saying, terms)), labels: labelsNow(first) };
}

/** A change that nobody was told of changes no label: what is said again is what was said. */
export function alertsAgain(told: ToldIncident, terms: AlertTerms): readonly PostableAlert[] {
  const { incident, diagnosis, event, endedAt, receipt } = told;
  const labels = readReceipt(receipt) ?? labelsOf(incident, diagnosis?.cause ?? null);
  return [alert(labels, { incident, diagnosis, event, endedAt, told: labels }, terms)];
}

/** The former labels come first, so that their end is known before what takes their place. */
function alertsOf(saying: Saying, terms: AlertTerms): readonly PostableAlert[] {
  const { told } = saying;
  const labels = labelsNow(saying);
  const now = alert(labels, saying, terms);
  return told === null || same(told, labels) ? [now] : [alert(told, { ...saying, endedAt: terms.now }, terms), now];
}

function labelsNow({ incident, diagnosis, told, endedAt }: Saying): Labels {
  // What ended ends under the name that it was told by, whatever it turned into meanwhile.
  if (told !== null && endedAt !== null) return told;
  return labelsToTell(labelsOf(incident, diagnosis?.cause ?? null), told);
}

function alert(labels: Labels, saying: Saying, terms: AlertTerms): PostableAlert {
  const { now, resolveAfterMs, extraLabels, linkTo } = terms;
  const { incident, endedAt } = saying;
  // Alertmanager refuses an end before the beginning, and clocks of reporters run ahead.
  const startsAt = Math.min(incident.openedAt, now);
  const endsAt = endedAt === null ? now + resolveAfterMs : Math.max(startsAt + 1, Math.min(endedAt, now));
  const link = linkTo(incident.id);
  return {
    labels: { ...extraLabels, ...labels },
    annotations: annotationsOf(saying, labels, link),
    startsAt: rfc3339(startsAt),
    endsAt: rfc3339(endsAt),
    ...(link === null ? {} : { generatorURL: link }),
  };
}

function annotationsOf({ incident, diagnosis, event }: Saying, labels: Labels, link: string | null): Labels {
  const { title, state, subject, root, resolution } = incident;
  const about = [subject.kind, [subject.namespace, subject.name].filter((part) => part !== '').join('/')].join(' ');
  const entries = [
    ['summary', oneLine(title, 250)],
    ['description', someLines(diagnosis?.explanation ?? event?.message ?? '', 1000)],
    ['cause', diagnosis?.cause ?? ''],
    ['next_steps', lines(diagnosis?.nextSteps ?? [], 5)],
    ['commands', lines(diagnosis?.commands ?? [], 3)],
    ['object', subject.uid === root.uid ? '' : oneLine(about, 400)],
    ['state', state],
    ['resolution', someLines(resolution ?? '', 500)],
    ['runbook_url', link ?? ''],
    // Without it, it would be taken in again.
    [TATTLE_MARK, labels[TATTLE_MARK] ?? ''],
  ] as const;
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

function lines(texts: readonly string[], most: number): string {
  return texts
    .slice(0, most)
    .map((text) => oneLine(text, 300))
    .filter((text) => text !== '')
    .join('\n');
}

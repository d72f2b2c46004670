/** What is known of an incident, the same whether Tattle's message or its API said it. */
import { fieldsOf, tail, textOf, textsOf } from './text.ts';

const MOST_LOG = 4000;

export interface Facts {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly state: string;
  readonly cluster: string;
  readonly openedAt: string;
  /** Empty while it goes on. */
  readonly resolvedAt: string;
  readonly eventCount: string;
  /** How often it came back; empty where only the message is known. */
  readonly regressions: string;
  /** A stable code; empty without a diagnosis. */
  readonly cause: string;
  readonly explanation: string;
  readonly citations: readonly string[];
  readonly nextSteps: readonly string[];
  /** Commands that only read. */
  readonly commands: readonly string[];
  /** The newest log lines, empty where there are none. */
  readonly logs: string;
}

/** Of `incident` and `diagnosis` in Tattle's message, in either body. */
export function factsOfMessage(
  incidentPart: unknown,
  diagnosisPart: unknown,
  around: { cluster: string; logs: string },
): Facts {
  const incident = fieldsOf(incidentPart);
  const diagnosis = fieldsOf(diagnosisPart);
  return {
    ...shared(incident),
    cluster: around.cluster,
    openedAt: textOf(incident.opened_at),
    resolvedAt: textOf(incident.resolved_at),
    eventCount: textOf(incident.event_count),
    regressions: '',
    ...diagnosed(diagnosis, diagnosis.next_steps),
    logs: tail(around.logs, MOST_LOG),
  };
}

/** Of the answer of `GET /api/v1/incidents/{id}`; null where that is no incident. */
export function factsOfIncident(answer: unknown): Facts | null {
  const incident = fieldsOf(answer);
  if (textOf(incident.id) === '') return null;
  const diagnosis = fieldsOf(incident.diagnosis);
  const evidence = Array.isArray(incident.evidence) ? incident.evidence.map(fieldsOf) : [];
  const logs = evidence.filter((item) => textOf(item.kind).endsWith('log')).map((item) => textOf(item.body));
  return {
    ...shared(incident),
    cluster: textOf(incident.clusterName),
    openedAt: textOf(incident.openedAt),
    resolvedAt: textOf(incident.resolvedAt),
    eventCount: textOf(incident.eventCount),
    regressions: textOf(incident.regressions),
    ...diagnosed(diagnosis, diagnosis.nextSteps),
    logs: tail(logs.filter((log) => log !== '').join('\n'), MOST_LOG),
  };
}

function shared(incident: Record<string, unknown>) {
  return {
    id: textOf(incident.id),
    title: textOf(incident.title),
    severity: textOf(incident.severity),
    state: textOf(incident.state),
  };
}

function diagnosed(diagnosis: Record<string, unknown>, nextSteps: unknown) {
  const citations = Array.isArray(diagnosis.citations) ? diagnosis.citations : [];
  return {
    cause: textOf(diagnosis.cause),
    explanation: textOf(diagnosis.explanation),
    citations: textsOf(citations.map((citation) => fieldsOf(citation).text)),
    nextSteps: textsOf(nextSteps),
    commands: textsOf(diagnosis.commands),
  };
}

/** Counts the turns in the lives of incidents, once they are committed. */
import type { ChangeSet } from '../../model/change-set.ts';
import type { LogEntry, LogKind } from '../../model/incident.ts';
import type { Metrics } from '../../model/ports/process.ts';

/** Those that somebody draws a rate of. What was merged into another incident did not resolve. */
export type Turn = Extract<LogKind, 'opened' | 'regressed' | 'resolved'>;

export function countTurns({ log, incidents }: Pick<ChangeSet, 'log' | 'incidents'>, metrics: Metrics): void {
  const turns = log.filter(isTurn);
  if (turns.length === 0) return;
  // One may be there several times: the last is as it is after the change.
  const changed = new Map(incidents.map((incident) => [incident.id, incident]));
  for (const { incidentId, kind } of turns) {
    const incident = changed.get(incidentId);
    if (incident === undefined) continue;
    const { cluster, severity } = incident;
    metrics.count('tattle_incident_turns_total', { cluster: cluster.name, turn: kind, severity });
  }
}

function isTurn(entry: LogEntry): entry is LogEntry & { readonly kind: Turn } {
  return entry.kind === 'opened' || entry.kind === 'regressed' || entry.kind === 'resolved';
}

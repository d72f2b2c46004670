/** The notice that an incident would make now, for a preview. */
import type { IncidentNotice } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { History } from '../../model/ports/history.ts';
import { acknowledgedBy } from '../../notify/acknowledged-by.ts';
import { newestEvidence } from '../../notify/newest-evidence.ts';

export async function noticeAbout(
  incident: Incident,
  kind: IncidentNotice['kind'],
  at: number,
  history: Pick<History, 'event' | 'evidence' | 'diagnosis' | 'log'>,
): Promise<IncidentNotice> {
  const [event, evidence, diagnosis, who] = await Promise.all([
    history.event(incident.openedBy, incident.cluster.uid),
    history.evidence(incident.id),
    history.diagnosis(incident.id),
    acknowledgedBy(incident, history),
  ]);
  return {
    id: 'msg_preview',
    kind,
    incident,
    event,
    evidence: newestEvidence(evidence),
    diagnosis,
    partial: evidence.length === 0,
    also: [],
    ...who,
    at,
  };
}

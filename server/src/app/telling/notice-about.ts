/** The notice that an incident would make now, for a preview. */
import type { IncidentNotice } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { History } from '../../model/ports.ts';
import { newestEvidence } from '../../notify/newest-evidence.ts';

export async function noticeAbout(
  incident: Incident,
  kind: IncidentNotice['kind'],
  at: number,
  history: Pick<History, 'event' | 'evidence' | 'diagnosis'>,
): Promise<IncidentNotice> {
  const [event, evidence, diagnosis] = await Promise.all([
    history.event(incident.openedBy, incident.cluster.uid),
    history.evidence(incident.id),
    history.diagnosis(incident.id),
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
    at,
  };
}

/** The incidents that go on, in the order in which one should look at them. */
import type { WireIncident, WireIncidentView, WireSeverity, WireTimelineEntry } from '@tattle/contract';
import { SEVERITIES } from '../../design/severities.ts';

/** What nobody looks at yet comes first; then the worst, then the newest. */
function byUrgency(a: WireIncident, b: WireIncident): number {
  return (
    Number(a.state === 'acknowledged') - Number(b.state === 'acknowledged') ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    b.openedAt.localeCompare(a.openedAt) ||
    a.id.localeCompare(b.id)
  );
}

/** Several lists without those that are in more than one of them, in order. */
export function inOrder(...lists: (readonly WireIncident[])[]): readonly WireIncident[] {
  const byId = new Map(lists.flat().map((incident) => [incident.id, incident]));
  return [...byId.values()].sort(byUrgency);
}

export interface SeverityCount {
  readonly severity: WireSeverity;
  readonly incidents: number;
}

/** The worst first; without those of which there are none. */
export function countedBySeverity(incidents: readonly WireIncident[]): readonly SeverityCount[] {
  return SEVERITIES.map((severity) => ({
    severity,
    incidents: incidents.filter((incident) => incident.severity === severity).length,
  })).filter((count) => count.incidents > 0);
}

export interface Worsening {
  readonly incident: WireIncident;
  readonly entry: WireTimelineEntry;
}

/** What got worse or came back after `since`, milliseconds; the newest first, each incident once. */
export function worsenedSince(views: readonly WireIncidentView[], since: number): readonly Worsening[] {
  return views
    .flatMap((incident) => {
      const entry = incident.timeline.findLast(
        ({ kind, at }) => (kind === 'worse' || kind === 'regressed') && Date.parse(at) >= since,
      );
      return entry === undefined ? [] : [{ incident, entry }];
    })
    .sort((a, b) => b.entry.at.localeCompare(a.entry.at));
}

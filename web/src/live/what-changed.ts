/** Which answers a live message makes old. */
import type { EndpointName, WireStreamChange } from '@tattle/contract';

const OF_INCIDENTS: readonly EndpointName[] = ['listIncidents', 'incidentFacets', 'timeline'];

const OF_TOPIC: Readonly<Record<WireStreamChange['topics'][number], readonly EndpointName[]>> = {
  settings: ['listChannels', 'getChannel', 'getConfig', 'listNamespaces', 'getStatus', 'previewConfig'],
  deliveries: ['listDeliveries', 'listNoticeDecisions'],
  silences: ['listSilences', 'previewSilence', 'listNoticeDecisions'],
  gaps: ['getStatus', 'timeline'],
  // Lists of events are asked for by whoever reads them: rows must not move under a reader's eyes.
  events: [],
};

export interface Outdated {
  /** Of operations whose answers are. */
  readonly names: ReadonlySet<string>;
  /** Ids of incidents whose page is old. */
  readonly incidents: ReadonlySet<string>;
  /** Whether stored events came. */
  readonly events: boolean;
}

export const NOTHING_OUTDATED: Outdated = { names: new Set(), incidents: new Set(), events: false };

/** Messages come several times a second; what they make old is gathered and asked for once. */
export function outdatedBy(change: WireStreamChange, before: Outdated = NOTHING_OUTDATED): Outdated {
  const { incidents, topics } = change;
  return {
    names: new Set([
      ...before.names,
      ...(incidents.length > 0 ? OF_INCIDENTS : []),
      ...topics.flatMap((topic) => OF_TOPIC[topic]),
    ]),
    incidents: new Set([...before.incidents, ...incidents.map(({ id }) => id)]),
    events: before.events || topics.includes('events'),
  };
}

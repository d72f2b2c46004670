/** One incident as a file that stands alone: gathered as its page shows it, with all of its events, up to a size that can be sent around. */
import {
  INCIDENT_EXPORT_FORM,
  type WireEvent,
  type WireEvidence,
  type WireIncidentExport,
  type WireToldNotice,
} from '@tattle/contract';
import type { Clock } from '../model/ports/process.ts';
import type { History } from '../model/ports/history.ts';
import { scoped } from './filters.ts';
import type { Sight } from './incident-sight.ts';
import { evidenceOf, type ViewPorts, viewOf } from './incident-view.ts';
import { rfc3339 } from './times.ts';
import { wireDelivery, wireEvent } from './wire.ts';

export interface ExportPorts extends ViewPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
}

type LeftOut = WireIncidentExport['leftOut'][number];

/** What was kept, and what was not. */
interface Kept<Item> {
  readonly items: readonly Item[];
  readonly leftOut: readonly LeftOut[];
}

export const EXPORT_BOUNDS = {
  events: 5000,
  eventBytes: 4 * 1024 * 1024,
  evidenceBytes: 8 * 1024 * 1024,
  told: 500,
} as const;

const PAGE = 1000;

export async function exportOf(sight: Sight, ports: ExportPorts): Promise<WireIncidentExport> {
  const [incident, events, evidence, told] = await Promise.all([
    viewOf(sight, ports),
    eventsOf(sight, ports.history),
    evidenceOf(sight, ports.history),
    toldOf(sight, ports),
  ]);
  const fitting = fitted(evidence, EXPORT_BOUNDS.evidenceBytes);
  return {
    form: INCIDENT_EXPORT_FORM,
    exportedAt: rfc3339(ports.clock.now()),
    exportedBy: `tattle ${ports.version}`,
    incident,
    told: [...told.items],
    events: [...events.items],
    evidence: [...fitting.items],
    leftOut: [...events.leftOut, ...fitting.leftOut, ...told.leftOut],
  };
}

/** The newest, as far as they fit. */
async function eventsOf({ incident, scope }: Sight, history: History): Promise<Kept<WireEvent>> {
  const filter = { fields: { incident: [incident.id] }, ...scoped(scope) };
  const items: WireEvent[] = [];
  let bytes = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await history.events(filter, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const event of page.items.map(wireEvent)) {
      bytes += JSON.stringify(event).length;
      if (items.length >= EXPORT_BOUNDS.events || bytes > EXPORT_BOUNDS.eventBytes) return { items, leftOut: [OLDER] };
      items.push(event);
    }
    if (page.nextCursor === null) return { items, leftOut: [] };
    cursor = page.nextCursor;
  }
}

const OLDER: LeftOut = {
  what: 'events',
  count: 1,
  because: 'older events would make the file too large: GET /api/v1/events?incident=ID reads them all',
};

/** The newest captures first: those are what the diagnosis rests on. */
function fitted(evidence: readonly WireEvidence[], mostBytes: number): Kept<WireEvidence> {
  let bytes = 0;
  const kept = new Set(
    evidence
      .toSorted((a, b) => (a.capturedAt < b.capturedAt ? 1 : a.capturedAt > b.capturedAt ? -1 : 0))
      .filter(({ body }) => (bytes += Buffer.byteLength(body)) <= mostBytes),
  );
  const missing = evidence.length - kept.size;
  const because = 'the oldest evidence would make the file too large: tattle incident show ID -o json holds it';
  return {
    items: evidence.filter((piece) => kept.has(piece)),
    leftOut: missing === 0 ? [] : [{ what: 'evidence', count: missing, because }],
  };
}

/** Of who was told, whoever sees a part of the incident sees nothing: the words were about all of it. */
async function toldOf({ incident, whole }: Sight, { outbox }: ViewPorts): Promise<Kept<WireToldNotice>> {
  if (!whole) return { items: [], leftOut: [] };
  const { items, nextCursor } = await outbox.deliveries({ incidentId: incident.id, limit: EXPORT_BOUNDS.told });
  const told = items.map(wireDelivery).map(({ channel, notice, status, attempts, createdAt, deliveredAt }) => {
    return { channel, notice, status, attempts, createdAt, deliveredAt };
  });
  const because = 'only the newest notices are in the file: GET /api/v1/deliveries?incident=ID reads them all';
  return { items: told.toReversed(), leftOut: nextCursor === null ? [] : [{ what: 'told', count: 1, because }] };
}

/** A record read back from the line that was kept of it. */
import { z } from 'zod';
import type { EventDocument, EventRecord } from '../model/sink.ts';
import { keyOf } from './record.ts';

export type StoredRecord =
  | { readonly kind: 'event'; readonly record: EventRecord }
  /** What it was is of no use: what counts is what it is now. */
  | { readonly kind: 'incident'; readonly incidentId: string };

/** What is used of it here; it was made by us, and kept as it was. */
const stored = z.discriminatedUnion('schema', [
  z.looseObject({
    schema: z.literal('tattle.event/v1'),
    id: z.string(),
    time: z.string(),
    cluster: z.looseObject({ uid: z.string() }),
    object: z.looseObject({ kind: z.string(), namespace: z.string(), name: z.string() }),
  }),
  z.looseObject({ schema: z.literal('tattle.incident/v1'), incident_id: z.string() }),
]);

/** Null for what is no record, or only the beginning of one. */
export function readStored(json: string): StoredRecord | null {
  const parsed = stored.safeParse(parse(json));
  if (!parsed.success) return null;
  if (parsed.data.schema === 'tattle.incident/v1') return { kind: 'incident', incidentId: parsed.data.incident_id };
  const document = parsed.data as unknown as EventDocument;
  const key = keyOf(document.cluster.uid, document.object);
  return { kind: 'event', record: { kind: 'event', key, at: Date.parse(document.time), document, json } };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

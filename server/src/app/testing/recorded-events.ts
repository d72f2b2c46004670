/** What a recording's event stream holds, counted line by line and by nothing of the product. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const EXAMPLES = join(import.meta.dirname, '../../../../examples');

interface RecordedEvent {
  readonly metadata: { readonly uid: string; readonly namespace: string };
  readonly note?: string;
  readonly deprecatedCount?: number;
  readonly series?: { readonly count: number };
}

export interface RecordedEvents {
  /** LIST items, ADDED, MODIFIED and DELETED. */
  readonly items: number;
  readonly deleted: number;
  /** uid → its last count and text. */
  readonly last: ReadonlyMap<string, { readonly count: number; readonly note: string }>;
}

export function recordedEvents(recording: string): RecordedEvents {
  const last = new Map<string, { count: number; note: string }>();
  let items = 0;
  let deleted = 0;
  const see = (event: RecordedEvent) => {
    items += 1;
    const count = event.series?.count ?? event.deprecatedCount ?? 1;
    last.set(event.metadata.uid, { count: Math.max(1, count), note: event.note ?? '' });
  };
  const text = readFileSync(join(EXAMPLES, recording, 'events.k8s.io.ndjson'), 'utf8');
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const {
      type,
      items: listed,
      object,
    } = JSON.parse(line) as {
      type: string;
      items?: RecordedEvent[];
      object?: RecordedEvent;
    };
    if (type === 'LIST') for (const item of listed ?? []) see(item);
    else if (type === 'ADDED' || type === 'MODIFIED') see(object as RecordedEvent);
    else if (type === 'DELETED') {
      items += 1;
      deleted += 1;
    }
  }
  return { items, deleted, last };
}

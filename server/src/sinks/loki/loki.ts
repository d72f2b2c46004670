/** Grafana Loki: streams with few labels, nanosecond times, and the rest as structured metadata. */
import { z } from 'zod';
import type { Sink, SinkOutcome, SinkRecord } from '../../model/sink.ts';
import { createPost, outcomeOfAnswer } from '../http-exchange.ts';
import { nanoseconds } from '../nanoseconds.ts';
import { headerText, hostOf, HTTP_SECRETS, httpShape, sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';
import { withPath } from '../with-path.ts';

/** Each makes a stream of its own: only what has few values. */
const LABELS = ['cluster', 'namespace', 'severity', 'type'] as const;
type Label = (typeof LABELS)[number];

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'must be letters, digits and _');

const schema = sinkSettings('loki', {
  ...httpShape,
  /** Sent as X-Scope-OrgID. */
  tenant: headerText.exactOptional(),
  labels: z.array(z.enum(LABELS)).default([...LABELS]),
  staticLabels: z.record(labelName, z.string().min(1).max(1000)).default({ job: 'tattle' }),
  /** Loki 3 takes it; before, it had to be switched on. */
  structuredMetadata: z.boolean().default(true),
  /** `message` is what people read; `json` is the whole document. */
  line: z.enum(['json', 'message']).default('json'),
  /** `sent`: Loki refuses what happened too long ago. */
  timestamp: z.enum(['happened', 'sent']).default('happened'),
});
type LokiSettings = z.output<typeof schema>;

export const loki = defineSink({
  type: 'loki',
  schema,
  secrets: HTTP_SECRETS,
  target: hostOf,
  create: (settings, context): Sink => {
    const post = createPost(settings, context);
    const url = withPath(settings.url, '/loki/api/v1/push');
    const headers = settings.tenant === undefined ? {} : { 'x-scope-orgid': settings.tenant };
    return {
      name: settings.name,
      type: 'loki',
      send: async (batch, signal) => {
        const now = context.clock.now();
        const body = JSON.stringify({ streams: streamsOf(batch, settings, now) });
        const answer = await post({ url, body, contentType: 'application/json', headers }, signal);
        return certain(outcomeOfAnswer(answer, now));
      },
      close: async () => undefined,
    };
  },
});

/** Loki names what it refuses for good, and takes the rest of the push: sent again, those lines are the same ones. */
const FOR_GOOD = /too far behind|too old|out of order|sample age|too long|too large|future|max.*size/i;

function certain(outcome: SinkOutcome): SinkOutcome {
  return outcome.kind === 'refused' && FOR_GOOD.test(outcome.error) ? { ...outcome, certain: true } : outcome;
}

type Value = readonly [time: string, line: string, metadata?: Readonly<Record<string, string>>];

function streamsOf(batch: readonly SinkRecord[], settings: LokiSettings, now: number) {
  const streams = new Map<string, { stream: Record<string, string>; values: Value[] }>();
  for (const record of batch) {
    const stream: Record<string, string> = { ...settings.staticLabels, record: record.kind };
    for (const label of settings.labels) {
      const value = labelOf(record, label);
      // An empty label is none.
      if (value !== '') stream[label] = value.slice(0, 1000);
    }
    const key = JSON.stringify(stream);
    const found = streams.get(key) ?? { stream, values: [] };
    streams.set(key, found);
    const time = nanoseconds(settings.timestamp === 'sent' ? now : record.at);
    const line = settings.line === 'json' ? record.json : messageOf(record);
    found.values.push(settings.structuredMetadata ? [time, line, metadataOf(record)] : [time, line]);
  }
  return [...streams.values()];
}

function labelOf({ kind, document }: SinkRecord, label: Label): string {
  switch (label) {
    case 'cluster':
      return document.cluster.name === '' ? document.cluster.uid : document.cluster.name;
    case 'namespace':
      return kind === 'event' ? document.object.namespace : document.root.namespace;
    case 'severity':
      return document.severity;
    case 'type':
      return kind === 'event' ? document.type : '';
  }
}

function messageOf({ kind, document }: SinkRecord): string {
  return kind === 'event' ? `${document.reason}: ${document.message}` : `${document.state}: ${document.title}`;
}

/** What one asks for, without a stream for each value. */
function metadataOf(record: SinkRecord): Readonly<Record<string, string>> {
  const { document } = record;
  const object = record.kind === 'event' ? record.document.object : record.document.root;
  const all = {
    id: document.id,
    kind: object.kind,
    name: object.name,
    condition: document.condition ?? '',
    category: document.category,
    incident: document.incident_id ?? '',
    ...(record.kind === 'event' && {
      reason: record.document.reason,
      node: record.document.node,
      source: record.document.source,
    }),
    ...(record.kind === 'incident' && { state: record.document.state }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

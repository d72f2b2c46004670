/** Elasticsearch and OpenSearch: `_bulk`, with an id for each record, so that what is sent again changes nothing. */
import { z } from 'zod';
import type { Sink, SinkRecord } from '../../model/sink.ts';
import { createPost, outcomeOfAnswer } from '../http-exchange.ts';
import { headerText, hostOf, HTTP_SECRETS, httpShape, sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';
import { withPath } from '../with-path.ts';
import { bulkOutcome } from './bulk-answer.ts';

/** `{date}` becomes the day of the record, as 2026.11.20. */
const indexName = z
  .string()
  .regex(
    /^[a-z0-9.][a-z0-9._-]{0,200}(\{date\})?$/,
    'must be a name in lower case, at the most with {date} at its end',
  );

const schema = sinkSettings('elasticsearch', {
  ...httpShape,
  /** Sent as `Authorization: ApiKey …`, as Elasticsearch gives it out (encoded). */
  apiKey: headerText.exactOptional(),
  index: indexName.default('tattle-events'),
  incidentIndex: indexName.default('tattle-incidents'),
  /** Both are data streams: every state of an incident is a document then, instead of one that is overwritten. */
  dataStream: z.boolean().default(false),
});
type ElasticsearchSettings = z.output<typeof schema>;

/** Some hundred bytes for each of ten thousand records. */
const RESPONSE_BYTES = 8_000_000;
const WANTED = 'errors,items.*.status,items.*.error.type,items.*.error.reason';

export const elasticsearch = defineSink({
  type: 'elasticsearch',
  schema,
  secrets: [...HTTP_SECRETS, 'apiKey'],
  target: (settings) => `${hostOf(settings)}, index ${settings.index}`,
  create: (settings, context): Sink => {
    const post = createPost(settings, context);
    const url = new URL(withPath(settings.url, '/_bulk'));
    url.searchParams.set('filter_path', WANTED);
    const headers = settings.apiKey === undefined ? {} : { authorization: `ApiKey ${settings.apiKey}` };
    return {
      name: settings.name,
      type: 'elasticsearch',
      send: async (batch, signal) => {
        const body = batch.map((record) => linesOf(record, settings)).join('');
        const answer = await post(
          { url: url.href, body, contentType: 'application/x-ndjson', headers, maxResponseBytes: RESPONSE_BYTES },
          signal,
        );
        const outcome = outcomeOfAnswer(answer, context.clock.now());
        if (outcome.kind !== 'taken' || answer.kind !== 'response') return outcome;
        return bulkOutcome(batch, answer);
      },
      close: async () => undefined,
    };
  },
});

/** The action and its document. An occurrence is created once; of an incident the newest state stands. */
function linesOf(record: SinkRecord, { index, incidentIndex, dataStream }: ElasticsearchSettings): string {
  const { document, kind } = record;
  const name = (kind === 'event' ? index : incidentIndex).replace(
    '{date}',
    document.time.slice(0, 10).replaceAll('-', '.'),
  );
  const overwrites = kind === 'incident' && !dataStream;
  const action = overwrites
    ? { index: { _index: name, _id: document.incident_id } }
    : { create: { _index: name, _id: document.id } };
  return `${JSON.stringify(action)}\n${JSON.stringify({ '@timestamp': document.time, ...searchable(document) })}\n`;
}

/**
 * Dots in names of labels become `_`: the other side reads them as paths, and refuses `app.kubernetes.io/name` for good where a
 * label `app` was before (seen with OpenSearch 2.19 and no template of ours), and a name with an empty step always.
 */
function searchable(document: SinkRecord['document']): object {
  if (!('labels' in document)) return document;
  const labels = Object.entries(document.labels).map(([name, value]) => [name.replaceAll('.', '_') || '_', value]);
  return { ...document, labels: Object.fromEntries(labels) as object };
}

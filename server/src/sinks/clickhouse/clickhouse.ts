/** ClickHouse over HTTP: one INSERT in JSONEachRow for events and one for incidents, with a token against inserting a batch twice. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { rfc3339 } from '../../kit/format-time.ts';
import type { GuardedResponse } from '../../kit/guarded-fetch.ts';
import type { Sink, SinkOutcome, SinkRecord } from '../../model/sink.ts';
import { createPost, excerpt, outcomeOfAnswer } from '../http-exchange.ts';
import { headerText, hostOf, HTTP_SECRETS, httpShape, sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';
import { eventRow, incidentRow } from './rows.ts';

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be letters, digits and _');

const schema = sinkSettings('clickhouse', {
  ...httpShape,
  database: identifier.default('default'),
  table: identifier.default('tattle_events'),
  incidentTable: identifier.default('tattle_incidents'),
  username: headerText.exactOptional(),
  password: headerText.exactOptional(),
});

export const clickhouse = defineSink({
  type: 'clickhouse',
  schema,
  secrets: [...HTTP_SECRETS, 'password'],
  target: (settings) => `${hostOf(settings)}, database ${settings.database}`,
  create: (settings, context): Sink => {
    const post = createPost(settings, context);
    const headers = {
      'x-clickhouse-database': settings.database,
      ...(settings.username !== undefined && { 'x-clickhouse-user': settings.username }),
      ...(settings.password !== undefined && { 'x-clickhouse-key': settings.password }),
    };
    async function insert(table: string, part: readonly SinkRecord[], signal: AbortSignal): Promise<SinkOutcome> {
      if (part.length === 0) return { kind: 'taken' };
      const sentAt = rfc3339(context.clock.now());
      const body = part.map((record) => `${JSON.stringify(rowOf(record, sentAt))}\n`).join('');
      const url = insertUrl(settings.url, table, part);
      const answer = await post({ url, body, contentType: 'application/x-ndjson', headers }, signal);
      return outcomeOf(answer, context.clock.now());
    }
    return {
      name: settings.name,
      type: 'clickhouse',
      send: async (batch, signal) => {
        const events = batch.filter(({ kind }) => kind === 'event');
        const incidents = batch.filter(({ kind }) => kind === 'incident');
        const first = await insert(settings.table, events, signal);
        if (first.kind !== 'taken') return first.kind === 'retry' ? { ...first, left: batch } : first;
        const second = await insert(settings.incidentTable, incidents, signal);
        // The events are in: what is left of the batch is the rest of it.
        return second.kind === 'taken' || events.length === 0
          ? second
          : { kind: 'retry', error: second.error, left: incidents };
      },
      close: async () => undefined,
    };
  },
});

function rowOf(record: SinkRecord, sentAt: string) {
  return record.kind === 'event' ? eventRow(record.document) : incidentRow(record.document, sentAt);
}

/** Answered once all of it is written, with a status that tells how it went. */
function insertUrl(base: string, table: string, part: readonly SinkRecord[]): string {
  const url = new URL(base);
  url.searchParams.set('query', `INSERT INTO ${table} FORMAT JSONEachRow`);
  url.searchParams.set('date_time_input_format', 'best_effort');
  url.searchParams.set('async_insert', '0');
  url.searchParams.set('wait_end_of_query', '1');
  url.searchParams.set('insert_deduplication_token', tokenOf(part));
  return url.href;
}

/** The same for the same records in the same order. */
function tokenOf(part: readonly SinkRecord[]): string {
  const hash = createHash('sha256');
  for (const { document } of part) hash.update(`${document.id}\n`);
  return hash.digest('hex').slice(0, 32);
}

/**
 * Codes that speak of a row: it cannot be parsed (6, 26, 27, 33, 38, 41, 72, 130, 131), is too large (131, 307) or does not fit its
 * column (53, 69, 70, 117, 321, 349). A column that is missing (16, 36) can be added.
 */
const OF_THE_ROWS = new Set([6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 307, 321, 349]);

/** An exception may come with a status of 200, in a header or at the beginning of the body. */
function outcomeOf(answer: GuardedResponse, now: number): SinkOutcome {
  if (answer.kind !== 'response') return outcomeOfAnswer(answer, now);
  const code = exceptionCode(answer);
  if (code === null) return outcomeOfAnswer(answer, now);
  const error = excerpt(`ClickHouse ${String(code)}: ${answer.body}`);
  if (OF_THE_ROWS.has(code)) return { kind: 'refused', error };
  const plain = outcomeOfAnswer({ ...answer, status: 503 }, now);
  return { ...plain, kind: 'retry', error };
}

function exceptionCode({ headers, body }: GuardedResponse & { kind: 'response' }): number | null {
  const header = headers['x-clickhouse-exception-code'];
  const told = typeof header === 'string' ? header : /^Code: (\d{1,5})\b/.exec(body)?.[1];
  return told !== undefined && /^\d{1,5}$/.test(told) ? Number(told) : null;
}

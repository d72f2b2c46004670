/** What every sink that speaks HTTP must do, whatever its product's format: one suite, run by each one's test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllowList } from '../../kit/address-guard.ts';
import { systemClock } from '../../kit/clock.ts';
import { createGuardedFetch } from '../../kit/guarded-fetch.ts';
import type { Sink, SinkOutcome, SinkRecord } from '../../model/sink.ts';
import type { SinkContext, SinkType } from '../sink-type.ts';
import { answers, type Answer, type Endpoint, type Received, startEndpoint } from './endpoint.ts';
import { readSecretFile } from './read-secret-file.ts';
import { eventOf, HOSTILE, incidentOf, manyEvents } from './records.ts';

export interface SinkContract {
  readonly type: SinkType;
  /** Settings of a sink of the name `out` that sends to this URL, with `SECRET` wherever it can be. */
  readonly settings: (url: string) => Readonly<Record<string, unknown>>;
  /** The answer that means: all of it is taken. */
  readonly taken: Answer;
  /** Reads what came by the product's documentation, not by the code under test: id and message of each record. */
  readonly decode: (received: Received) => readonly { readonly id: string; readonly text: string }[];
}

export const SECRET = 'S3cr3t-of-the-sink';

export function contextForTests(): SinkContext {
  const { allowList } = parseAllowList([]);
  return {
    fetch: createGuardedFetch({ allowList }),
    clock: systemClock,
    stdout: process.stdout,
    secretFile: readSecretFile,
  };
}

const never = new AbortController().signal;

export function sinkContract(name: string, contract: SinkContract): void {
  describe(`the sink ${name}, like every one`, () => {
    let endpoint: Endpoint;
    let sink: Sink;
    beforeEach(async () => {
      endpoint = await startEndpoint(contract.taken);
      sink = contract.type.create({ ...contract.settings(endpoint.url), timeoutSeconds: 1 }, contextForTests());
    });
    afterEach(async () => {
      await sink.close();
      await endpoint.close();
    });

    async function send(batch: readonly SinkRecord[], signal: AbortSignal = never): Promise<SinkOutcome> {
      const outcome = await sink.send(batch, signal);
      expect(JSON.stringify(outcome, (key, value: unknown) => (key === 'json' ? '' : value))).not.toContain(SECRET);
      return outcome;
    }
    const sent = () => endpoint.received.flatMap(contract.decode);

    it('sends every record once, in one order, with its text as it is', async () => {
      const batch = [
        eventOf(1),
        eventOf(2, { message: HOSTILE }),
        ...manyEvents(50),
        incidentOf({ title: HOSTILE }),
        incidentOf({ id: 'inc_2', state: 'resolved', resolvedAt: 1e18 }),
      ];
      expect(await send(batch)).toMatchObject({ kind: 'taken' });
      const found = sent();
      const byId = new Map(found.map((each) => [each.id, each.text]));
      expect(byId.size).toBe(found.length);
      for (const { document, kind } of batch) {
        const text = kind === 'event' ? document.message : document.title;
        expect(byId.get(document.id) ?? byId.get(document.incident_id ?? ''), document.id).toContain(text);
      }
      const own = found.filter(({ id }) => /event-uid-1/.test(id)).map(({ id }) => id);
      expect(own).toEqual([batch[0]?.document.id, batch[1]?.document.id]);
    });

    it('sends the same ids again after a failure', async () => {
      endpoint.answer = answers.status(500);
      const batch = [eventOf(1), eventOf(2), incidentOf()];
      expect(await send(batch)).toMatchObject({ kind: 'retry' });
      const first = sent().map(({ id }) => id);
      endpoint.received.length = 0;
      endpoint.answer = contract.taken;
      expect(await send(batch)).toMatchObject({ kind: 'taken' });
      const again = sent().map(({ id }) => id);
      expect(again.slice(0, first.length)).toEqual(first);
    });

    it.each([301, 302, 307, 401, 403, 404, 408, 410, 425, 500, 502, 503, 504])(
      'keeps everything for another try after %i',
      async (status) => {
        endpoint.answer = answers.status(status, { location: '/elsewhere' });
        const batch = [eventOf(1)];
        const outcome = await send(batch);
        expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining(String(status)) as string });
        expect((outcome.kind === 'retry' && outcome.left) || batch).toEqual(batch);
        expect(endpoint.received).toHaveLength(1);
      },
    );

    it('honours Retry-After in seconds and as a date, and ignores nonsense', async () => {
      endpoint.answer = answers.status(429, { 'retry-after': '7' });
      expect(await send([eventOf(1)])).toMatchObject({ kind: 'retry', retryAfterMs: 7000 });
      endpoint.answer = answers.status(503, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
      const dated = await send([eventOf(1)]);
      expect(dated.kind === 'retry' && dated.retryAfterMs).toBeGreaterThan(50_000);
      endpoint.answer = answers.status(503, { 'retry-after': 'whenever 1' });
      expect(await send([eventOf(1)])).not.toHaveProperty('retryAfterMs');
    });

    it.each([400, 413])('says of %i that it is about what was sent', async (status) => {
      endpoint.answer = answers.status(status, {}, 'that is wrong');
      expect(await send([eventOf(1)])).toMatchObject({
        kind: 'refused',
        error: expect.stringContaining('that is wrong') as string,
      });
    });

    it('gives up one that hangs, resets, or is not there, and ends when it is told to', async () => {
      endpoint.answer = answers.hang;
      expect(await send([eventOf(1)])).toMatchObject({
        kind: 'retry',
        error: expect.stringContaining('timeout') as string,
      });
      expect(await send([eventOf(1)], AbortSignal.timeout(100))).toMatchObject({ kind: 'retry' });
      endpoint.answer = answers.reset;
      expect(await send([eventOf(1)])).toMatchObject({ kind: 'retry' });
      await endpoint.close();
      expect(await send([eventOf(1)])).toMatchObject({ kind: 'retry' });
    });

    it('reads little of an answer that never ends', async () => {
      endpoint.answer = answers.flood;
      const before = process.memoryUsage().rss;
      const outcome = await send([eventOf(1)]);
      expect(['taken', 'retry']).toContain(outcome.kind);
      expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
    });

    it('compresses where it is told to', async () => {
      const settings = { ...contract.settings(endpoint.url), gzip: true };
      await contract.type.create(settings, contextForTests()).send([eventOf(1)], never);
      expect(endpoint.received[0]?.headers['content-encoding']).toBe('gzip');
      expect(sent()).toHaveLength(1);
    });

    it('refuses what it does not know, without repeating a value', () => {
      const wrong = { ...contract.settings('ftp://host'), surprise: SECRET, headers: { 'x-a': `${SECRET}\n` } };
      const parsed = contract.type.schema.safeParse(wrong);
      expect(parsed.success).toBe(false);
      expect(JSON.stringify(parsed.error?.issues)).not.toContain(SECRET);
    });
  });
}

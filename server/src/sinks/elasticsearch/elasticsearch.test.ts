import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { type Answer, answers, type Endpoint, type Received, startEndpoint } from '../testing/endpoint.ts';
import { eventOf, incidentOf, manyEvents } from '../testing/records.ts';
import { contextForTests, SECRET, sinkContract } from '../testing/sink-contract.ts';
import { elasticsearch } from './elasticsearch.ts';

interface Action {
  readonly op: string;
  readonly index: string;
  readonly id: string;
  readonly source: Record<string, string>;
}

/** By the documentation of `_bulk`: an action with one key, then its source, each on a line, the last one ended. */
function actionsOf({ path, headers, body }: Received): Action[] {
  expect(path).toMatch(/^\/_bulk\?filter_path=/);
  expect(headers['content-type']).toBe('application/x-ndjson');
  expect(body.endsWith('\n')).toBe(true);
  const lines = body.slice(0, -1).split('\n');
  expect(lines.length % 2).toBe(0);
  return Array.from({ length: lines.length / 2 }, (_, i) => {
    const action = JSON.parse(lines[2 * i] ?? '') as Record<string, { _index: string; _id: string }>;
    const [[op, target] = ['', { _index: '', _id: '' }], ...more] = Object.entries(action);
    expect(more).toEqual([]);
    expect(Buffer.byteLength(target._id)).toBeLessThanOrEqual(512);
    const source = JSON.parse(lines[2 * i + 1] ?? '') as Record<string, string>;
    expect(source['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    return { op, index: target._index, id: target._id, source };
  });
}

/** An index in memory that answers as Elasticsearch does. */
function anIndex(status: (action: Action) => number | undefined = () => undefined) {
  const documents = new Map<string, Action['source']>();
  const answer: Answer = (response, received) => {
    const items = actionsOf(received).map((action) => {
      const known = documents.has(`${action.index}/${action.id}`);
      const told = status(action) ?? (known && action.op === 'create' ? 409 : known ? 200 : 201);
      if (told < 300) documents.set(`${action.index}/${action.id}`, action.source);
      const error = {
        type: told === 409 ? 'version_conflict_engine_exception' : 'some_exception',
        reason: `because ${String(told)}`,
      };
      return { [action.op]: { status: told, ...(told >= 300 && { error }) } };
    });
    const errors = items.some((item) => Object.values(item).some(({ status: each }) => each >= 300));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ errors, items }));
  };
  return { documents, answer };
}

sinkContract('elasticsearch', {
  type: elasticsearch,
  settings: (url) => ({ type: 'elasticsearch', name: 'out', url, apiKey: SECRET }),
  taken: (response, received) => anIndex().answer(response, received),
  decode: (received) =>
    actionsOf(received).map(({ id, source }) => ({ id, text: source['message'] ?? source['title'] ?? '' })),
});

describe('an Elasticsearch sink', () => {
  const open: Endpoint[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  async function to(answer: Answer, more: object = {}) {
    const endpoint = await startEndpoint(answer);
    open.push(endpoint);
    const sink = elasticsearch.create(
      { type: 'elasticsearch', name: 'out', url: endpoint.url, ...more },
      contextForTests(),
    );
    const send = (batch: readonly SinkRecord[]) => sink.send(batch, new AbortController().signal);
    return { endpoint, send };
  }

  it('writes what its fixture has', async () => {
    const { endpoint, send } = await to(anIndex().answer);
    await send([eventOf(1), incidentOf()]);
    expect(endpoint.received[0]?.body).toBe(readFileSync(new URL('./fixtures/bulk.ndjson', import.meta.url), 'utf8'));
  });

  it('changes nothing when it sends again, and keeps the newest state of an incident', async () => {
    const index = anIndex();
    const { send } = await to(index.answer);
    const batch = [eventOf(1), eventOf(2), incidentOf()];
    expect(await send(batch)).toMatchObject({ kind: 'taken' });
    expect(await send(batch)).toMatchObject({ kind: 'taken', refused: [] });
    expect(index.documents.size).toBe(3);
    await send([incidentOf({ state: 'resolved', resolvedAt: 1 })]);
    expect(index.documents.size).toBe(3);
    expect(index.documents.get('tattle-incidents/inc_1')).toMatchObject({ state: 'resolved' });
  });

  it('creates everything in data streams, and takes the date into the name where it is asked to', async () => {
    const { endpoint, send } = await to(anIndex().answer, { dataStream: true, index: 'logs-tattle-{date}' });
    await send([eventOf(1), incidentOf()]);
    const [received] = endpoint.received;
    expect(received === undefined ? [] : actionsOf(received)).toMatchObject([
      { op: 'create', index: 'logs-tattle-2026.11.20', id: expect.stringContaining('/event-uid-1/1') as string },
      { op: 'create', index: 'tattle-incidents', id: expect.stringContaining('inc_1/') as string },
    ]);
  });

  it('makes no paths of the names of labels, which the other side would refuse', async () => {
    const { endpoint, send } = await to(anIndex().answer);
    const labels = { app: 'cart', 'app.kubernetes.io/name': 'cart', 'a..b': '1', '': '2', ['__proto__']: '3' };
    await send([eventOf(1, { labels })]);
    const [received] = endpoint.received;
    const [action] = received === undefined ? [] : actionsOf(received);
    expect(Object.entries(action?.source['labels'] ?? {})).toEqual(
      Object.entries({ app: 'cart', 'app_kubernetes_io/name': 'cart', a__b: '1', _: '2', ['__proto__']: '3' }),
    );
  });

  it('sends again only what was not taken, and sets aside what never will be', async () => {
    const batch = manyEvents(6);
    const statuses = new Map([
      [1, 429],
      [2, 400],
      [3, 503],
      [4, 409],
      [5, 403],
    ]);
    const { send } = await to(
      anIndex(({ id }) => statuses.get(batch.findIndex(({ document }) => document.id === id))).answer,
    );
    expect(await send(batch)).toEqual({
      kind: 'retry',
      error: '429 some_exception: because 429',
      left: [batch[1], batch[3], batch[5]],
      refused: [{ record: batch[2], reason: '400 some_exception: because 400' }],
    });
  });

  it.each(['', '{', '[]', 'null', '{"errors":true}', '{"errors":true,"items":[]}', '{"errors":true,"items":[1,null]}'])(
    'does not take %j for an acknowledgement',
    async (body) => {
      const { send } = await to(answers.status(200, {}, body));
      expect(await send([eventOf(1)])).toMatchObject({ kind: 'retry' });
    },
  );
});

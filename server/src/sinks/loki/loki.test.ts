import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { type Answer, answers, type Endpoint, type Received, startEndpoint } from '../testing/endpoint.ts';
import { eventOf, incidentOf, T0 } from '../testing/records.ts';
import { contextForTests, SECRET, sinkContract } from '../testing/sink-contract.ts';
import { loki } from './loki.ts';

interface Push {
  streams: { stream: Record<string, string>; values: [string, string, Record<string, string>?][] }[];
}

/** By the documentation of Loki's push API. */
function pushed({ path, headers, body }: Received): Push {
  expect(path).toBe('/loki/api/v1/push');
  expect(headers['content-type']).toBe('application/json');
  const push = JSON.parse(body) as Push;
  expect(Object.keys(push)).toEqual(['streams']);
  for (const { stream, values } of push.streams) {
    expect(Object.values(stream).every((value) => typeof value === 'string' && value !== '')).toBe(true);
    expect(Object.keys(stream).every((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))).toBe(true);
    for (const [time, line, metadata] of values) {
      expect(time).toMatch(/^\d{19}$/);
      expect(BigInt(time) < 2n ** 63n).toBe(true);
      expect(typeof line).toBe('string');
      expect(Object.values(metadata ?? {}).every((value) => typeof value === 'string')).toBe(true);
    }
  }
  return push;
}

sinkContract('loki', {
  type: loki,
  settings: (url) => ({ type: 'loki', name: 'out', url, tenant: SECRET, basic: { username: 'u', password: SECRET } }),
  taken: answers.status(204),
  decode: (received) =>
    pushed(received).streams.flatMap(({ values }) =>
      values.map(([, line, metadata]) => {
        const document = JSON.parse(line) as Record<string, string>;
        return { id: metadata?.['id'] ?? '', text: document['message'] ?? document['title'] ?? '' };
      }),
    ),
});

describe('a Loki sink', () => {
  const open: Endpoint[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  async function send(batch: readonly SinkRecord[], more: object = {}, answer: Answer = answers.status(204)) {
    const endpoint = await startEndpoint(answer);
    open.push(endpoint);
    const sink = loki.create({ type: 'loki', name: 'out', url: endpoint.url, ...more }, contextForTests());
    const outcome = await sink.send(batch, new AbortController().signal);
    const [received] = endpoint.received;
    if (received === undefined) throw new Error('nothing came');
    return { outcome, received, push: pushed(received) };
  }

  it('pushes what its fixture has', async () => {
    const { push } = await send([eventOf(1), eventOf(2), incidentOf()]);
    const fixture = JSON.parse(readFileSync(new URL('./fixtures/push.json', import.meta.url), 'utf8')) as Push;
    expect(push).toEqual(fixture);
  });

  it('makes a stream of what has few values, and none of names', async () => {
    const batch = Array.from({ length: 300 }, (_, i) =>
      eventOf(1, {
        uid: `u${String(i)}`,
        object: { kind: 'Pod', namespace: `ns-${String(i % 3)}`, name: `p${String(i)}`, uid: '' },
      }),
    );
    expect((await send(batch)).push.streams).toHaveLength(3);
    expect((await send(batch, { labels: ['cluster'], staticLabels: { env: 'lab' } })).push.streams).toMatchObject([
      { stream: { env: 'lab', cluster: 'homelab' } },
    ]);
  });

  it('keeps labels that would be empty away', async () => {
    const node = eventOf(1, { clusterName: '', object: { kind: 'Node', namespace: '', name: 'n', uid: '' } });
    const [stream] = (await send([node])).push.streams;
    expect(stream?.stream).not.toHaveProperty('namespace');
    expect(stream?.stream['cluster']).toBe(node.document.cluster.uid);
  });

  it('tells the time of sending, the message alone, or no metadata, where it is asked to', async () => {
    const { push, received } = await send([eventOf(1)], {
      timestamp: 'sent',
      line: 'message',
      structuredMetadata: false,
      tenant: 'team-a',
    });
    const [value] = push.streams[0]?.values ?? [];
    expect(Number(value?.[0]) / 1e6).toBeGreaterThan(T0);
    expect(value?.slice(1)).toEqual(['BackOff: Back-off restarting failed container cart']);
    expect(received.headers['x-scope-orgid']).toBe('team-a');
  });

  it('knows what Loki refuses for good', async () => {
    const tooOld =
      'entry for stream \'{job="tattle"}\' has timestamp too old: 2026-01-01T00:00:00Z, oldest acceptable timestamp is: 2026-01-08';
    for (const said of [
      tooOld,
      'entry too far behind, oldest acceptable timestamp is: x',
      "Max entry size '262144' bytes exceeded",
    ]) {
      expect((await send([eventOf(1)], {}, answers.status(400, {}, said))).outcome).toMatchObject({
        kind: 'refused',
        certain: true,
      });
    }
    // Loki is not set up for what it is sent: nothing of it is at fault, and it may be mended.
    for (const said of ['no org id', 'stream contains structured metadata, but this feature is disabled']) {
      const { outcome } = await send([eventOf(1)], {}, answers.status(400, {}, said));
      expect(outcome).toMatchObject({ kind: 'refused' });
      expect(outcome).not.toHaveProperty('certain');
    }
  });
});

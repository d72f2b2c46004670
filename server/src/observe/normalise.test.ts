import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Arrival, Observation } from '../model/observation.ts';
import { createEventNormaliser } from './normalise.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const cluster = { uid: 'c1', name: 'test' };
const normalise = createEventNormaliser({ now: () => NOW });
const read = (raw: unknown, type: 'LIST' | 'ADDED' = 'ADDED') => normalise(raw, type, cluster);

function observed(raw: unknown): Observation {
  const arrival = read(raw);
  if (arrival.kind !== 'observation') throw new Error(`${arrival.kind}: ${JSON.stringify(arrival)}`);
  return arrival.observation;
}

const event = (extra: object = {}) => ({
  metadata: { name: 'web.1', namespace: 'shop', uid: 'e1', creationTimestamp: '2026-11-20T11:00:00Z' },
  regarding: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'p1', fieldPath: 'spec.containers{web}' },
  reason: 'BackOff',
  type: 'Warning',
  note: 'Back-off restarting failed container',
  ...extra,
});

function recorded(folder: string, file: string): { type: 'LIST' | 'ADDED' | 'MODIFIED' | 'DELETED'; raw: unknown }[] {
  const lines = readFileSync(`examples/${folder}/${file}.ndjson`, 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter((line) => line.type !== 'BOOKMARK')
    .flatMap((line) =>
      line.type === 'LIST'
        ? line.items.map((raw: unknown) => ({ type: 'LIST', raw }))
        : [{ type: line.type, raw: line.object }],
    );
}

describe('an Event of either API group', () => {
  it.each(['states', 'story'])('reads the same in both, over the whole recording of %s', (folder) => {
    const modern = recorded(folder, 'events.k8s.io');
    const legacy = recorded(folder, 'events');
    const key = (arrivals: Arrival[]) =>
      new Map(
        arrivals.flatMap((a) =>
          a.kind === 'observation' ? [[`${a.observation.uid}/${a.observation.count}`, a.observation]] : [],
        ),
      );
    const one = key(modern.map(({ raw, type }) => normalise(raw, type, cluster)));
    const other = key(legacy.map(({ raw, type }) => normalise(raw, type, cluster)));
    expect(one.size).toBeGreaterThan(200);
    expect(one).toEqual(other);
    for (const arrival of one.values()) {
      expect(arrival.lastSeen).toBeGreaterThanOrEqual(arrival.firstSeen);
      expect(arrival.component).not.toBe('');
      expect(arrival.object.name).not.toBe('');
    }
  });

  it('says that a deleted one ran out of its time to live, readable or not', () => {
    for (const raw of [event(), null, 7]) {
      expect(normalise(raw, 'DELETED', cluster)).toEqual({ kind: 'dropped', cluster, reason: 'ttl-expired' });
    }
  });

  it.each([
    [
      { series: { count: 4, lastObservedTime: '2026-11-20T11:05:00.123456Z' }, eventTime: '2026-11-20T11:01:00.5Z' },
      '11:05:00.123',
      4,
    ],
    [
      {
        deprecatedLastTimestamp: '2026-11-20T11:04:00Z',
        deprecatedCount: 3,
        deprecatedFirstTimestamp: '2026-11-20T11:00:00Z',
      },
      '11:04:00.000',
      3,
    ],
    [{ eventTime: '2026-11-20T11:03:00.999999Z', lastTimestamp: null }, '11:03:00.999', 1],
    [
      { firstTimestamp: '2026-11-20T11:02:00Z', lastTimestamp: '0001-01-01T00:00:00Z', eventTime: null },
      '11:02:00.000',
      1,
    ],
    [{}, '11:00:00.000', 1],
    [{ metadata: { name: 'x', uid: 'e' } }, '12:00:00.000', 1],
    [{ series: { count: '5' }, count: 2 }, '11:00:00.000', 5],
  ])('takes time and count of %j', (extra, at, count) => {
    const { lastSeen, count: counted } = observed(event(extra));
    expect(new Date(lastSeen).toISOString().slice(11, 23)).toBe(at);
    expect(counted).toBe(count);
  });

  it('keeps who reported it, and what else it is about', () => {
    const seen = observed(
      event({
        deprecatedSource: { component: 'kubelet', host: 'node-1' },
        related: { kind: 'Node', name: 'node-1' },
        reportingInstance: 'k',
      }),
    );
    expect(seen).toMatchObject({
      component: 'kubelet',
      host: 'node-1',
      related: { kind: 'Node', name: 'node-1', namespace: '' },
    });
    expect(observed(event({ reportingController: 'kubelet', reportingInstance: 'node-2' }))).toMatchObject({
      component: 'kubelet',
      host: 'node-2',
    });
  });
});

describe('poison', () => {
  it.each([
    ['a note with NUL', event({ note: 'a\0b' }), { message: 'a\ufffdb' }],
    ['a lone surrogate', event({ note: 'a\ud800b', reason: '\udfffX' }), { message: 'a\ufffdb', reason: '\ufffdX' }],
    ['numbers as strings', event({ deprecatedCount: '17' }), { count: 17 }],
    ['a count beyond 64 bits', event({ deprecatedCount: 1e300 }), { count: 2_147_483_647 }],
    [
      'an infinite count',
      JSON.parse(JSON.stringify(event()).replace('"type"', '"deprecatedCount":1e999,"type"')),
      { count: 2_147_483_647 },
    ],
    ['a negative count', event({ deprecatedCount: -3 }), { count: 1 }],
    [
      'a list for the object',
      event({ regarding: ['Pod'] }),
      { object: { kind: '', name: '', namespace: '', uid: '' } },
    ],
    ['an object for the reason', event({ reason: { a: 1 } }), { reason: '' }],
    ['a number for the reason', event({ reason: 42 }), { reason: '42' }],
    ['a list for metadata', event({ metadata: [] }), { labels: {} }],
    [
      'a year past 9999',
      event({ eventTime: '99999-01-01T00:00:00Z' }),
      { lastSeen: Date.parse('9999-12-31T23:59:59.999Z') },
    ],
  ])('is repaired: %s', (_name, raw, expected) => {
    expect(observed(raw)).toMatchObject(expected);
  });

  it('never reaches a prototype', () => {
    const seen = observed(
      JSON.parse(
        '{"reason":"X","__proto__":{"a":1},"metadata":{"uid":"u","labels":{"__proto__":{"polluted":"yes"},"app":"web"}}}',
      ),
    );
    expect(Object.keys(seen.labels)).toEqual(['app']);
    expect(Object.getPrototypeOf(seen.labels)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([null, undefined, 7, 'text', [], [event()], {}, { kind: 'Status', reason: 'Expired', message: 'too old' }])(
    'that is no Event is kept aside: %j',
    (raw) => {
      const arrival = read(raw);
      expect(arrival.kind).toBe('dead-letter');
      expect(arrival).toMatchObject({ error: expect.stringMatching(/./) });
    },
  );

  it('nested deeper than the stack is read, and its excerpt bounded', () => {
    let nest: unknown = {};
    for (let depth = 0; depth < 200_000; depth += 1) nest = { nest };
    expect(observed(event({ nest })).uid).toBe('e1');
    const arrival = read({ kind: 'Other', nest });
    expect(arrival).toMatchObject({ kind: 'dead-letter', excerpt: expect.stringContaining('nest') });
  });

  it('has an excerpt of at most 2 kB, whatever the characters', () => {
    for (const filler of ['x', '€', '\ud800']) {
      const arrival = read({ kind: 'Other', filler: filler.repeat(9000) });
      expect(arrival.kind === 'dead-letter' && Buffer.byteLength(arrival.excerpt)).toBeLessThanOrEqual(2048);
    }
  });
});

describe('a long note', () => {
  it('is cut with a marker that says how much is missing', () => {
    const { message } = observed(event({ note: 'word '.repeat(13_108) }));
    expect(message.length).toBeLessThan(16_500);
    expect(message).toMatch(/… \[cut: \d+ of 65540 characters\]$/);
  });

  it('is never cut within a private key, which would hide it from redaction', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(40_000)}\n-----END PRIVATE KEY-----`;
    const { message } = observed(event({ note: `before ${key}` }));
    expect(message.startsWith('before')).toBe(true);
    expect(message).not.toContain('AAAA');
  });

  it('is never cut within a word near the limit', () => {
    const token = `token=${'s'.repeat(300)}`;
    const { message } = observed(event({ note: `${'x'.repeat(16_200)} ${token} tail` }));
    expect(message).not.toContain('token=s');
  });
});

describe('a missing uid', () => {
  it('is derived the same every time, and differs between Events', () => {
    const without = (name: string) => observed(event({ metadata: { name, namespace: 'shop' } })).uid;
    expect(without('a')).toBe(without('a'));
    expect(without('a')).not.toBe(without('b'));
    const nameless = (note: string) => observed(event({ metadata: {}, note })).uid;
    expect(nameless('x')).toBe(nameless('x'));
    expect(nameless('x')).not.toBe(nameless('y'));
  });
});

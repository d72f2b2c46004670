import { describe, expect, it } from 'vitest';
import { createLap } from './lap.ts';

const uid = 'e2431672-b0cc-45be-8dfe-9cf8ed97b49e';
const lasting = 'a775fabc-2225-45a1-8095-a1eb8625fadf';
const names = {
  hashes: new Set(['594b697784']),
  hashed: new Map([['thumb-594b697784', '594b697784']]),
  generated: new Map([
    ['thumb-594b697784-4r66m', 'thumb-594b697784-'],
    ['tidy-n8tmn', 'tidy-'],
  ]),
  lastingUids: new Set([lasting]),
};
const hour = (time: number) => time + 3_600_000;
const lap = createLap({ seed: 'a', names, moveTime: hour });

describe('a lap', () => {
  it('renames what was generated wherever it is named, and nothing else', () => {
    const told = lap.text(
      `pod "thumb-594b697784-4r66m_media(${uid})" of thumb-594b697784 in tidy-app, tidy-n8tmn4 and\ntidy-n8tmn`,
    );
    const [, pod, hash, set] =
      /^pod "thumb-((\w+)-\w{5})_media\(.*\)" of thumb-(\w+) in tidy-app, tidy-n8tmn4 and\ntidy-\w{5}$/.exec(told) ??
      [];
    expect(hash).toBe(set);
    expect(hash).not.toBe('594b697784');
    expect(lap.recordedName(`thumb-${pod}`)).toBe('thumb-594b697784-4r66m');
    expect(told).not.toContain(uid);
    expect(lap.text(`pvc-${uid}`)).toMatch(/^pvc-[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(lap.text(lasting)).toBe(lasting);
    expect(createLap({ seed: 'b', names, moveTime: null }).text(uid)).not.toBe(lap.text(uid));
  });

  it('moves times with the precision they had', () => {
    expect(lap.text('2026-11-20T23:43:41Z')).toBe('2026-11-21T00:43:41Z');
    expect(lap.text('at 2026-11-20T23:48:31.633911298Z info')).toBe('at 2026-11-21T00:48:31.633911298Z info');
    expect(lap.text('2026-11-20T23:48:31.5Z')).toBe('2026-11-21T00:48:31.5Z');
    expect(lap.text('9998-12-31T23:59:59Z')).toBe('9998-12-31T23:59:59Z');
    expect(lap.text('2026-99-99T99:99:99Z')).toBe('2026-99-99T99:99:99Z');
    const slow = createLap({ seed: 'a', names: null, moveTime: (time) => time + 0.9 });
    expect(slow.text('2026-11-20T23:48:31.633911Z')).toBe('2026-11-20T23:48:31.633911Z');
  });

  it('names an Event after its new time and rewrites keys that carry uids', () => {
    const event = {
      metadata: { name: 'thumb-594b697784-4r66m.18e9e574eabeef9a', managedFields: [{ [`k:{"uid":"${uid}"}`]: {} }] },
      regarding: { uid },
    };
    const moved = lap.object(event) as typeof event;
    expect(moved.metadata.name).toMatch(/^thumb-\w+-\w{5}\.18e9e8[0-9a-f]{10}$/);
    expect(Object.keys(moved.metadata.managedFields[0] ?? {})).toEqual([`k:{"uid":"${moved.regarding.uid}"}`]);
  });

  it('leaves a key named __proto__ what it is: a key', () => {
    const hostile = JSON.parse('{"metadata":{"__proto__":{"polluted":true},"name":"x"}}') as Record<string, unknown>;
    const moved = JSON.stringify(lap.object(hostile));
    expect(moved).toBe('{"metadata":{"__proto__":{"polluted":true},"name":"x"}}');
  });
});

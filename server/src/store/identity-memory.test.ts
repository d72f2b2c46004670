import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { IdentityMemory } from './identity-memory.ts';
import type { StoredEvent } from './stored-event.ts';

function stored(n: number): StoredEvent {
  return {
    eventId: 2 ** 50 + n,
    count: n,
    lastSeen: 1_700_000_000_000 + n,
    incidentId: n % 2 === 0 ? null : `incident-${n}`,
    lastAt: 1_700_000_000_001 + n,
    lastSeq: 2 ** 49 + n,
    bornAt: -n,
    dimsId: n,
    said: 0xffff_ffff - n,
  };
}

it('gives back what was written, by key and cluster', () => {
  const memory = new IdentityMemory(1000);
  const keys = Array.from({ length: 200 }, () => randomUUID());
  keys.forEach((key, n) => memory.set(key, 1 + (n % 2), stored(n)));
  keys.forEach((key, n) => {
    expect(memory.get(key, 1 + (n % 2))).toEqual(stored(n));
    expect(memory.get(key, 2 - (n % 2))).toBeUndefined();
  });
  expect(memory.size).toBe(200);
});

it('tells keys apart that differ in one digit, and takes the newest of one', () => {
  const memory = new IdentityMemory(100);
  const keys = Array.from({ length: 32 }, (_, n) => {
    const digits = '0'.repeat(n) + 'f' + '0'.repeat(31 - n);
    return digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  });
  keys.forEach((key, n) => memory.set(key, 7, stored(n)));
  memory.set(keys[3] ?? '', 7, stored(99));
  keys.forEach((key, n) => expect(memory.get(key, 7)?.count).toBe(n === 3 ? 99 : n));
});

it('forgets what was not used lately, and never holds more than its bound', () => {
  const memory = new IdentityMemory(100);
  const kept = randomUUID();
  memory.set(kept, 1, stored(1));
  const first = randomUUID();
  memory.set(first, 1, stored(2));
  for (let n = 0; n < 500; n++) {
    memory.set(randomUUID(), 1, stored(n));
    expect(memory.get(kept, 1)).toEqual(stored(1));
    expect(memory.size).toBeLessThanOrEqual(100);
  }
  expect(memory.get(first, 1)).toBeUndefined();
});

it('is empty after it was cleared', () => {
  const memory = new IdentityMemory(4);
  const keys = Array.from({ length: 3 }, () => randomUUID());
  for (const key of keys) memory.set(key, 1, stored(5));
  memory.clear();
  for (const key of keys) expect(memory.get(key, 1)).toBeUndefined();
  expect(memory.size).toBe(0);
});

import { describe, expect, it } from 'vitest';
import { createKeys, problemKey } from './fingerprint.ts';
import { ref, seeded } from './testing/observations.ts';

const keysOf = createKeys();
const web = ref('Deployment', 'shop', 'web');

describe('keys', () => {
  it('carry a version and 128 bits', () => {
    const { fingerprint, correlationId } = keysOf('c', web, 'CrashLoopBackOff', 'Back-off');
    for (const key of [fingerprint, correlationId, problemKey('c', web, 'CrashLoopBackOff')]) {
      expect(key).toMatch(/^v1:[0-9a-f]{32}$/);
    }
  });

  it('stay the same when a workload is made again under its name', () => {
    expect(keysOf('c', { ...web, uid: 'new' }, 'x', 'y')).toEqual(keysOf('c', web, 'x', 'y'));
  });

  it('share the correlation id within a workload only', () => {
    const one = keysOf('c', web, 'x', 'y');
    expect(keysOf('c', web, 'other', 'z').correlationId).toBe(one.correlationId);
    expect(keysOf('d', web, 'x', 'y').correlationId).not.toBe(one.correlationId);
    expect(keysOf('c', ref('StatefulSet', 'shop', 'web'), 'x', 'y').correlationId).not.toBe(one.correlationId);
  });

  it('never run parts together, however letters move between them', () => {
    const random = seeded(3);
    const keys = new Map<string, string>();
    const letters = ['', 'a', '1', ':', '1:', 'a1', '0:', '2:a'];
    for (let round = 0; round < 20_000; round++) {
      const pick = () => letters[random(letters.length)] ?? '';
      const parts = [pick(), pick(), pick(), pick(), pick(), pick()] as const;
      const [clusterUid, kind, namespace, name, meaning, template] = parts;
      const { fingerprint } = keysOf(clusterUid, { kind, namespace, name, uid: '' }, meaning, template);
      const whole = JSON.stringify(parts);
      expect(keys.get(fingerprint) ?? whole).toBe(whole);
      keys.set(fingerprint, whole);
    }
  });
});

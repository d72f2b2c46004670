import { describe, expect, it } from 'vitest';
import { cachedObject } from '../testing/recorded-cluster.ts';
import { surroundingsOf } from '../testing/surroundings.ts';
import { captureClaims, claimsOf } from './claims.ts';

const root = { kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: '' };
const claim = (name: string, phase: string, spec: object = {}) =>
  ['PersistentVolumeClaim', { metadata: { namespace: 'shop', name }, spec, status: { phase } }] as const;
const pod = (claims: readonly string[], more: object = {}) =>
  cachedObject('Pod', {
    metadata: { namespace: 'shop', name: 'db-0' },
    spec: { volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) },
    status: { phase: 'Pending' },
    ...more,
  });

async function captured(pods: readonly ReturnType<typeof pod>[], objects: readonly ReturnType<typeof claim>[]) {
  const found = await captureClaims(pods, surroundingsOf({ root, objects }));
  return found.map(({ kind, object, content }) => [kind, object.name, content.kind === 'value' && content.value]);
}

describe('claims', () => {
  it('are kept for a pod that waits, with what they ask for, the unbound first and three at the most', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const objects = names.map((name) => claim(name, name === 'd' ? 'Pending' : 'Bound', { storageClassName: 'fast' }));
    const found = await captured([pod(names)], objects);
    expect(found).toHaveLength(6);
    expect(found[0]).toEqual(['spec', 'd', { spec: { storageClassName: 'fast' } }]);
    expect(found[1]).toEqual(['status', 'd', { phase: 'Pending' }]);
  });

  it('are left alone where the pod runs, and where they are the root', async () => {
    const running = { phase: 'Pending', initContainerStatuses: [{ state: { running: {} } }] };
    expect(await captured([pod(['a'], { status: { phase: 'Running' } })], [claim('a', 'Bound')])).toEqual([]);
    expect(await captured([pod(['a'], { status: running })], [claim('a', 'Bound')])).toEqual([]);
    const atClaim = surroundingsOf({
      root: { ...root, kind: 'PersistentVolumeClaim', name: 'a' },
      objects: [claim('a', 'Pending')],
    });
    expect(await captureClaims([pod(['a'])], atClaim)).toEqual([]);
    expect(await captured([pod(['gone'])], [])).toEqual([]);
  });

  it('are named by what pods mount, those of ephemeral volumes after pod and volume', () => {
    const spec = { volumes: [{ name: 'scratch', ephemeral: {} }, { name: 'tmp', emptyDir: {} }, null] };
    expect(claimsOf([pod(['a']), pod(['a']), pod([], { spec })]).map(({ name }) => name)).toEqual([
      'a',
      'db-0-scratch',
    ]);
  });
});

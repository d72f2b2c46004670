import { describe, expect, it } from 'vitest';
import type { CauseCode } from '../model/diagnosis.ts';
import { isSame, leadingChanges } from './leading-changes.ts';
import { type CaseShape, makeCase } from './testing/make-case.ts';

const AT = Date.parse('2026-05-04T03:00:00Z');
const ref = (kind: string, name: string, namespace = 'shop') => ({ kind, namespace, name, uid: '' });
const change = (summary: string, secondsBefore: number, field: string, object?: ReturnType<typeof ref>) => ({
  summary,
  at: AT - secondsBefore * 1000,
  diff: [{ field, before: 'a', after: 'b' }],
  ...(object !== undefined && { object }),
});

function led(
  changes: CaseShape['changes'],
  cause: CauseCode = 'missing-configuration',
  more: CaseShape = {},
  culprits: ReturnType<typeof ref>[] = [],
) {
  const the = makeCase({ openedAt: AT, ...(changes !== undefined && { changes }), ...more });
  return leadingChanges(the, cause, culprits).map(({ value }) => value.summary);
}

describe('the leading change', () => {
  it('is the one in the field that explains the cause, not the newest', () => {
    const changes = [change('replicas', 10, 'replicas'), change('env', 200, 'env TOKEN_TTL')];
    expect(led(changes)).toEqual(['env', 'replicas']);
    expect(led(changes, 'insufficient-resources')).toEqual(['replicas', 'env']);
  });

  it('is that of the root rather than that of a neighbour', () => {
    const neighbour = change('neighbour', 5, 'env TOKEN_TTL', ref('Deployment', 'other'));
    expect(led([neighbour, change('own', 1200, 'labels')])).toEqual(['own', 'neighbour']);
  });

  it('is that of the workload behind a dependency, where there is one', () => {
    const cache = ref('Deployment', 'cache');
    const changes = [change('own', 5, 'env A'), change('scaled to 0', 60, 'replicas', cache)];
    expect(led(changes, 'dependency-unreachable', {}, [cache])).toEqual(['scaled to 0', 'own']);
  });

  it('is nearer in time where place and field are the same', () => {
    expect(led([change('early', 1500, 'env A'), change('late', 20, 'env A')])).toEqual(['late', 'early']);
  });

  it('counts an owner as the root, and a node of the pods as near', () => {
    const owners = [{ kind: 'ReplicaSet', name: 'api-7d' }];
    const changes = [
      change('cordoned', 10, 'unschedulable', ref('Node', 'node-1', '')),
      change('replica set', 900, 'labels', ref('ReplicaSet', 'api-7d')),
    ];
    expect(led(changes, 'unknown', { owners, nodes: [{ name: 'node-1' }] })).toEqual(['replica set', 'cordoned']);
    expect(led(changes.slice(0, 1), 'unknown', { nodes: [{ name: 'node-2' }] })).toEqual([]);
  });
});

describe('a change is left out', () => {
  it.each<[string, NonNullable<CaseShape['changes']>]>([
    ['that is older than half an hour', [change('old', 1801, 'env A')]],
    ['of a neighbour more than five minutes before', [change('n', 301, 'env A', ref('Deployment', 'other'))]],
    ['of a neighbour after the incident began', [change('n', -5, 'env A', ref('Deployment', 'other'))]],
    ['in another namespace', [change('n', 5, 'env A', ref('Deployment', 'api', 'other'))]],
    ['of the cluster', [change('n', 5, 'labels', ref('Namespace', 'shop', ''))]],
  ])('%s', (_, changes) => {
    expect(led(changes)).toEqual([]);
  });

  it('that is the eleventh', () => {
    expect(led(Array.from({ length: 12 }, (_, index) => change(`${index}`, index, 'env A')))).toHaveLength(10);
  });
});

it('a change after the beginning belongs to the story, behind all that came before', () => {
  expect(led([change('after', -30, 'env A'), change('before', 1700, 'labels')])).toEqual(['before', 'after']);
});

it('objects are the same by kind, namespace and name', () => {
  expect(isSame(ref('Pod', 'a'), ref('Pod', 'a'))).toBe(true);
  expect(isSame(ref('Pod', 'a'), ref('Pod', 'a', 'x'))).toBe(false);
});

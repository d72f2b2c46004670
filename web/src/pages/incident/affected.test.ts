import { describe, expect, it } from 'vitest';
import { affectedOf } from './affected.ts';
import { anIncident } from './testing/an-incident.ts';

const pods = Array.from({ length: 200 }, (_, index) => ({
  kind: 'Pod',
  namespace: index < 150 ? 'shop' : 'pay',
  name: `p-${index}`,
  uid: '',
}));

describe('what an incident affects', () => {
  it('is counted by kind, the most frequent first, with namespaces and nodes', () => {
    const node = { cluster: 'c1', kind: 'Node', namespace: '', name: 'node-1', uid: 'n1' };
    const affected = affectedOf({ root: node, objects: [node, ...pods.slice(148, 152)], evidence: [] });
    expect(affected).toMatchObject({ objects: 5, isCut: false, namespaces: ['pay', 'shop'], nodes: ['node-1'] });
    expect(affected.kinds.map(({ kind, objects }) => [kind, objects.length])).toEqual([
      ['Pod', 4],
      ['Node', 1],
    ]);
  });

  it('says where the API tells no more', () => {
    expect(affectedOf({ ...anIncident, objects: pods }).isCut).toBe(true);
  });
});

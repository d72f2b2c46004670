import { describe, expect, it } from 'vitest';
import { isSelective, selectedLabels, selectsNode } from './node-selector.ts';

const node = { name: 'node-1', labels: { pool: 'batch', gpus: '4', 'kubernetes.io/arch': 'amd64' } };
const requiring = (...nodeSelectorTerms: unknown[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const expressing = (key: string, operator: string, ...values: string[]) =>
  requiring({ matchExpressions: [{ key, operator, values }] });

describe('a pod selects a node', () => {
  it.each<[string, boolean, Record<string, unknown>]>([
    ['that asks for nothing', true, {}],
    ['by its labels', true, { nodeSelector: { pool: 'batch' } }],
    ['not by another value', false, { nodeSelector: { pool: 'web' } }],
    ['not by a label that it lacks', false, { nodeSelector: { pool: 'batch', disk: 'ssd' } }],
    ['by one of several values', true, expressing('pool', 'In', 'web', 'batch')],
    ['not by values that it has not', false, expressing('pool', 'In', 'web')],
    ['by a value that it must not have', true, expressing('pool', 'NotIn', 'web')],
    ['by the lack of a label, as NotIn reads it', true, expressing('disk', 'NotIn', 'hdd')],
    ['not by a value that it has and must not', false, expressing('pool', 'NotIn', 'batch')],
    ['by a label of any value', true, expressing('pool', 'Exists')],
    ['by the lack of a label', true, expressing('disk', 'DoesNotExist')],
    ['by a number above another', true, expressing('gpus', 'Gt', '2')],
    ['not by a number below another', false, expressing('gpus', 'Lt', '2')],
    ['not by a number that is none', false, expressing('pool', 'Gt', '2')],
    ['not by an operator that is none', false, expressing('pool', 'Like', 'batch')],
    ['by its name', true, requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] })],
    ['not by an empty term', false, requiring({})],
    ['not where no term is left', false, requiring()],
    [
      'by any of several terms',
      true,
      requiring({}, { matchExpressions: [{ key: 'pool', operator: 'In', values: ['batch'] }] }),
    ],
    [
      'not where the selector fits and the affinity does not',
      false,
      { nodeSelector: { pool: 'batch' }, ...requiring({}) },
    ],
    ['not by what objects inherit', false, { nodeSelector: { constructor: 'x' } }],
  ])('%s', (_, expected, spec) => {
    expect(selectsNode(spec, node)).toBe(expected);
  });

  it('with labels that can be listed', () => {
    const spec = { nodeSelector: { pool: 'batch' }, ...expressing('disk', 'Exists') };
    expect([...selectedLabels(spec)]).toEqual(['pool', 'disk']);
    expect([isSelective(spec), isSelective({}), isSelective({ nodeSelector: {} })]).toEqual([true, false, false]);
  });

  it.each([null, 7, [], true])('and nothing odd disturbs it: %j', (odd) => {
    expect(selectsNode({ nodeSelector: odd, affinity: odd }, node)).toBe(true);
  });
});

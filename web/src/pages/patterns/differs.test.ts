import { expect, it } from 'vitest';
import { filterOf, ownerOf, shareWords } from './differs.ts';

const difference = {
  field: 'node' as const,
  value: 'worker-2',
  selection: 94,
  baseline: 12,
  selectionShare: 0.94,
  baselineShare: 0.12,
  score: 9,
};

it('says both shares', () => {
  expect(shareWords(difference, 'otherwise')).toBe('94 % here, 12 % otherwise');
  expect(shareWords({ ...difference, baselineShare: 0 }, 'otherwise')).toBe('94 % here, none otherwise');
});

it('leads to events by what they can be filtered by', () => {
  expect(filterOf(difference)).toEqual({ node: 'worker-2' });
  expect(filterOf({ field: 'label', value: 'app=web' })).toEqual({ label: 'app=web' });
  expect(filterOf({ field: 'owner', value: 'shop/Deployment/web' })).toBeNull();
});

it('reads owners with and without a namespace, and nothing into what is neither', () => {
  expect(ownerOf('shop/Deployment/web')).toEqual({ namespace: 'shop', kind: 'Deployment', name: 'web' });
  expect(ownerOf('Node/node-1')).toEqual({ namespace: '', kind: 'Node', name: 'node-1' });
  expect(ownerOf('a/b/c/d')).toBeNull();
});

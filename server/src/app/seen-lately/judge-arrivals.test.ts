import { expect, test } from 'vitest';
import { DEFAULT_FILTER, type FilterSettings } from '../../model/settings.ts';
import { judgeArrivals } from './judge-arrivals.ts';
import type { SeenGroup } from './seen-lately.ts';

const GROUPS = Array.from({ length: 1000 }, (_, i): readonly [SeenGroup, number] => [
  {
    cluster: { uid: 'c1', name: 'lab' },
    namespace: `namespace-${i}`,
    kind: 'Pod',
    reason: `Reason${i}`,
    condition: null,
    type: 'Warning',
    component: `component-${i}`,
  },
  1,
]);

/** As long as they are allowed to be, and matching nothing before their last letter. */
const patterns = (begin: string) => Array.from({ length: 1000 }, (_, i) => `${begin}*${i}*x`);

test('rules that take long to judge by leave the thread to others every few milliseconds', async () => {
  const slow: FilterSettings = {
    ...DEFAULT_FILTER,
    namespaces: 'all',
    excludedNamespaces: patterns('n'),
    excludeComponents: patterns('c'),
    excludeReasons: patterns('R'),
  };
  let turns = 0;
  let isOver = false;
  const others = () => {
    turns += 1;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  const began = performance.now();
  const { then } = await judgeArrivals(GROUPS, slow, slow);
  isOver = true;
  const pieces = (performance.now() - began) / 10;
  expect(then).toEqual({ kept: 1000, dropped: 0 });
  expect(pieces).toBeGreaterThan(1);
  expect(turns).toBeGreaterThan(Math.min(pieces, 10));
});

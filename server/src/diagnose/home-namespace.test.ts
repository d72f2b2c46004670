import { expect, it } from 'vitest';
import { homeNamespace } from './home-namespace.ts';
import { makeCase } from './testing/make-case.ts';

it('is that of the root, else of what lies below it', () => {
  expect(homeNamespace(makeCase({ root: { namespace: 'shop' } }))).toBe('shop');
  const root = { kind: 'Database', namespace: '', name: 'orders' };
  expect(homeNamespace(makeCase({ root, subject: { namespace: 'data' } }))).toBe('data');
  const object = { kind: 'Pod', namespace: 'data', name: 'orders-0' };
  expect(homeNamespace(makeCase({ root, events: [{ reason: 'BackOff', message: '', object }] }))).toBe('data');
  expect(homeNamespace(makeCase({ root }))).toBe('');
});

import { expect, test } from 'vitest';
import type { Scope } from '../model/access.ts';
import { covers, isNothing, scopeOf, touchesCluster } from './scope.ts';

const lab = { uid: 'c1', name: 'lab' };
const prod = { uid: 'c2', name: 'prod' };
const at = (cluster: typeof lab, namespace: string) => ({ cluster, namespace });

test('a scope covers what lies in any of its rules', () => {
  const scope: Scope = [
    { cluster: null, namespaces: ['shop', 'team-*'] },
    { cluster: 'prod', namespaces: null },
  ];
  expect(covers(scope, at(lab, 'shop'))).toBe(true);
  expect(covers(scope, at(lab, 'team-red'))).toBe(true);
  expect(covers(scope, at(lab, 'shop-2'))).toBe(false);
  expect(covers(scope, at(lab, ''))).toBe(false);
  expect(covers(scope, at(prod, ''))).toBe(true);
  expect(covers(scope, at(prod, 'anything'))).toBe(true);
  expect(touchesCluster([{ cluster: 'c2', namespaces: ['a'] }], lab)).toBe(false);
  expect(touchesCluster([{ cluster: 'c2', namespaces: ['a'] }], prod)).toBe(true);
});

test('what lies in no namespace is part of no pattern', () => {
  expect(covers([{ cluster: null, namespaces: ['*'] }], at(lab, ''))).toBe(false);
  expect(covers([{ cluster: null, namespaces: ['*'] }], at(lab, 'x'))).toBe(true);
});

test.each([
  ['a*b', 'ab', true],
  ['a*b', 'axxb', true],
  ['a*b', 'a', false],
  ['ab*ba', 'aba', false],
  ['*-x-*', 'a-x-b', true],
  ['*-x-*', 'a-x', false],
  ['a**b', 'ab', true],
  ['*', '', false],
])('the pattern %s against %s: %j', (pattern, name, expected) => {
  expect(covers([{ cluster: null, namespaces: [pattern] }], at(lab, name))).toBe(expected);
});

test('a principal’s scope for a role adds up the grants of that role and higher ones', () => {
  const principal = {
    grants: [
      { role: 'viewer', scope: [{ cluster: null, namespaces: ['web'] }] },
      { role: 'approver', scope: [{ cluster: null, namespaces: ['shop'] }] },
    ],
  } as const;
  expect(scopeOf(principal, 'viewer')).toHaveLength(2);
  expect(scopeOf(principal, 'operator')).toEqual([{ cluster: null, namespaces: ['shop'] }]);
  expect(isNothing(scopeOf(principal, 'admin'))).toBe(true);
  const whole = { grants: [{ role: 'admin', scope: [{ cluster: null, namespaces: null }] }] } as const;
  expect(scopeOf(whole, 'viewer')).toBe('everything');
});

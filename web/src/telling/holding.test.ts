import { describe, expect, it } from 'vitest';
import { holdingOf, narrowedTo } from './holding.ts';

const root = { uid: 'u', kind: 'Deployment', name: 'web', namespace: 'shop', cluster: 'c1' };
const INCIDENT = {
  clusterName: 'prod',
  root,
  severity: 'high',
  category: 'Memory',
  condition: 'OOMKilled',
  state: 'open',
  title: 'OOMKilled: Deployment shop/web',
  diagnosis: null,
} as const;
const holds = (...matchers: string[]) => holdingOf({ matchers }, INCIDENT);

describe('whether a silence holds for an incident', () => {
  it('is told from what is known', () => {
    expect(holds('namespace="shop"', 'severity>=medium')).toBe('yes');
    expect(holds('severity>="critical"')).toBe('no');
    expect(holds('namespace!="shop"')).toBe('no');
    expect(holds('cause=""')).toBe('yes');
  });

  it('is left to the server where patterns and labels decide, unless something else says no', () => {
    expect(holds('name=~"w.*"')).toBe('unsure');
    expect(holds('label.team="a"', 'namespace="shop"')).toBe('unsure');
    expect(holds('label.team="a"', 'namespace="other"')).toBe('no');
    expect(holds('node="n1"')).toBe('unsure');
    expect(holds('not a matcher')).toBe('unsure');
  });
});

it('asks the server about one incident only', () => {
  expect(narrowedTo({ matchers: ['label.team="a"'] }, INCIDENT)).toEqual([
    'label.team="a"',
    'namespace="shop"',
    'kind="Deployment"',
    'name="web"',
    'condition="OOMKilled"',
  ]);
});

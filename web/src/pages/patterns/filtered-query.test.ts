import { expect, it } from 'vitest';
import { filteredQuery } from './filtered-query.ts';

it('finds what a row counts, within the filter of the page', () => {
  const filter = { reason: ['BackOff', 'Failed'], severity: ['high' as const, 'critical' as const], from: 'now-1h' };
  expect(filteredQuery(filter, { reason: 'BackOff', kind: 'Pod' }).toString()).toBe(
    'reason=BackOff&severity=high&severity=critical&from=now-1h&kind=Pod',
  );
});

it('keeps an empty namespace: that of cluster-wide objects', () => {
  expect(filteredQuery({}, { namespace: '' }).toString()).toBe('namespace=');
});

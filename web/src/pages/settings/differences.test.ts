import { describe, expect, it } from 'vitest';
import type { Settings } from './draft.ts';
import { differences, shortens } from './differences.ts';

const BASE: Settings = {
  filter: {
    namespaces: ['shop', 'web'],
    excludedNamespaces: [],
    clusterScoped: true,
    eventTypes: [],
    includeReasons: [],
    excludeReasons: [],
    includeKinds: [],
    excludeKinds: [],
    includeComponents: [],
    excludeComponents: [],
    labelSelector: '',
    annotationSelector: '',
    minimumCount: 1,
  },
  retention: { short: 7, normal: 30, long: 365 },
};
const filtered = (filter: Partial<Settings['filter']>): Settings => ({
  ...BASE,
  filter: { ...BASE.filter, ...filter },
});

describe('differences in words', () => {
  it('are none between the same', () => {
    expect(differences(BASE, filtered({ namespaces: ['web', 'shop'] }))).toEqual([]);
  });

  it('say of a list what comes and what goes', () => {
    expect(differences(BASE, filtered({ namespaces: ['web', 'db'] }))).toEqual([
      { path: 'filter.namespaces', title: 'Monitored namespaces', added: ['db'], removed: ['shop'], change: null },
    ]);
  });

  it('say that all are monitored in place of some, and back to none', () => {
    expect(differences(BASE, filtered({ namespaces: 'all' }))[0]?.change).toEqual({
      before: '2 chosen ones',
      after: 'all',
    });
    expect(differences(filtered({ namespaces: 'all' }), filtered({ namespaces: [] }))[0]?.change?.after).toBe('none');
  });

  it('name switches, texts and numbers', () => {
    const after = filtered({ clusterScoped: false, labelSelector: 'app=web', minimumCount: 3 });
    expect(differences(BASE, after).map(({ title, change }) => [title, change?.before, change?.after])).toEqual([
      ['Objects without a namespace', 'kept', 'left out'],
      ['Label selector', 'none', 'app=web'],
      ['Minimum count', '1', '3'],
    ]);
  });

  it('say of types what is left, since none named means every one', () => {
    expect(differences(BASE, filtered({ eventTypes: ['Warning'] }))[0]?.change).toEqual({
      before: 'every type',
      after: 'Warning only',
    });
  });

  it('name days by the path that configuration knows them by', () => {
    const after = { ...BASE, retention: { ...BASE.retention, short: 1 } };
    expect(differences(BASE, after)).toEqual([
      {
        path: 'retention.days.short',
        title: 'Keep short-lived events',
        added: [],
        removed: [],
        change: { before: '7 days', after: '1 day' },
      },
    ]);
  });

  it('warn where something is kept for less long', () => {
    expect(shortens(BASE.retention, { short: 6 })).toBe(true);
    expect(shortens(BASE.retention, { short: 8, long: 400 })).toBe(false);
    expect(shortens(BASE.retention, {})).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { edited, isUnchanged, NO_CHANGES, patchTo, rebased, type Settings } from './draft.ts';

const FILTER: Settings['filter'] = {
  namespaces: ['shop', 'web'],
  excludedNamespaces: [],
  clusterScoped: true,
  eventTypes: [],
  includeReasons: [],
  excludeReasons: ['Pulled'],
  includeKinds: [],
  excludeKinds: [],
  includeComponents: [],
  excludeComponents: [],
  labelSelector: '',
  annotationSelector: '',
  minimumCount: 1,
};
const BASE: Settings = { filter: FILTER, retention: { short: 7, normal: 30, long: 365 } };

const withFilter = (filter: Partial<Settings['filter']>, settings = BASE): Settings => ({
  ...settings,
  filter: { ...settings.filter, ...filter },
});

describe('a draft of settings', () => {
  it('holds only what differs', () => {
    expect(patchTo(BASE, withFilter({ minimumCount: 3 }))).toEqual({ filter: { minimumCount: 3 }, retention: {} });
  });

  it('is empty again once the edit is taken back, also in another order', () => {
    expect(isUnchanged(patchTo(BASE, withFilter({ namespaces: ['web', 'shop'] })))).toBe(true);
    expect(isUnchanged(NO_CHANGES)).toBe(true);
  });

  it('sees a list that lost one entry and got another', () => {
    expect(patchTo(BASE, withFilter({ namespaces: ['shop', 'db'] })).filter).toEqual({ namespaces: ['shop', 'db'] });
  });

  it('knows all from a list that is empty', () => {
    expect(patchTo(withFilter({ namespaces: [] }), withFilter({ namespaces: 'all' })).filter).toEqual({
      namespaces: 'all',
    });
  });

  it('leads from the base to what was wanted', () => {
    const wanted = { filter: { ...FILTER, clusterScoped: false }, retention: { ...BASE.retention, long: 90 } };
    expect(edited(BASE, patchTo(BASE, wanted))).toEqual(wanted);
  });
});

describe('a draft over what somebody else saved meanwhile', () => {
  it('adds and takes out what one did, and keeps what they did', () => {
    const mine = patchTo(BASE, withFilter({ namespaces: ['shop', 'db'] }));
    const theirs = withFilter({ namespaces: ['shop', 'web', 'mail'] });
    expect(rebased(BASE, mine, theirs).filter).toEqual({ namespaces: ['shop', 'mail', 'db'] });
  });

  it('is empty where they did the same', () => {
    const wanted = withFilter({ namespaces: ['shop'], minimumCount: 2 });
    expect(isUnchanged(rebased(BASE, patchTo(BASE, wanted), wanted))).toBe(true);
  });

  it('lets one’s own value win where there is nothing to merge', () => {
    const mine = patchTo(BASE, withFilter({ namespaces: 'all', minimumCount: 5 }));
    const theirs = withFilter({ namespaces: ['mail'], minimumCount: 2 });
    expect(rebased(BASE, mine, theirs).filter).toEqual({ namespaces: 'all', minimumCount: 5 });
  });

  it('leaves alone what only they changed', () => {
    const mine = patchTo(BASE, withFilter({ minimumCount: 5 }));
    const theirs = { ...withFilter({ excludeReasons: [] }), retention: { short: 1, normal: 2, long: 3 } };
    expect(rebased(BASE, mine, theirs)).toEqual({ filter: { minimumCount: 5 }, retention: {} });
  });
});

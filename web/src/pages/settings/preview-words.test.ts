import type { WireConfigPreview } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { dropWords } from './drop-words.ts';
import { droppedShare, headline, isShortened, limitsOf, namespaceBars } from './preview-words.ts';

const row = (namespace: string, seen: number, keptNow: number, keptThen: number) => ({
  cluster: 'uid',
  clusterName: 'prod',
  namespace,
  seen,
  keptNow,
  keptThen,
});
const PREVIEW: WireConfigPreview = {
  from: '2026-01-31T10:00:00.000Z',
  to: '2026-02-01T10:12:00.000Z',
  since: '2026-01-31T10:00:00.000Z',
  now: { kept: 3152, dropped: 11_848 },
  then: { kept: 2696, dropped: 12_304 },
  byReason: [],
  byNamespace: [],
  ungrouped: 0,
  examples: [],
  onStored: null,
  notJudged: [],
  partial: false,
};

describe('a preview in words', () => {
  it('says how much is dropped, of how many, and how much more than now', () => {
    expect(headline(PREVIEW, true)).toEqual({
      claim: 'Drops 82 % of the last day',
      count: '12,304 of 15,000 received',
      compared: '456 more than the rules in force, which drop 79 %',
    });
  });

  it('compares nothing while nothing is tried', () => {
    expect(headline(PREVIEW, false).compared).toBe('');
  });

  it('says fewer, and as many', () => {
    expect(headline({ now: PREVIEW.then, then: PREVIEW.now }, true).compared).toBe(
      '456 fewer than the rules in force, which drop 82 %',
    );
    expect(headline({ now: { kept: 15_000, dropped: 0 }, then: PREVIEW.then }, true).compared).toContain(
      'which drop none',
    );
    expect(headline({ now: PREVIEW.now, then: PREVIEW.now }, true).compared).toBe('As many as the rules in force');
  });

  it('never rounds something to nothing, or nearly all to all', () => {
    const claim = (kept: number, dropped: number) =>
      headline({ now: PREVIEW.now, then: { kept, dropped } }, false).claim;
    expect(claim(9999, 1)).toBe('Drops < 1 % of the last day');
    expect(claim(1, 9999)).toBe('Drops > 99 % of the last day');
    expect(claim(9, 0)).toBe('Keeps all of the last day');
    expect(claim(0, 9)).toBe('Drops all of the last day');
    expect(claim(0, 0)).toBe('Nothing arrived in the last day');
    expect(droppedShare({ kept: 0, dropped: 0 })).toBe(0);
  });

  it('shows namespaces whose lot changes first, then the busiest', () => {
    const bars = namespaceBars([row('busy', 100, 100, 100), row('shop', 40, 40, 0), row('', 50, 0, 0)]);
    expect(bars.map(({ namespace, width, keptShare, changes }) => [namespace, width, keptShare, changes])).toEqual([
      ['shop', 0.4, 0, true],
      ['busy', 1, 1, false],
      ['', 0.5, 0, false],
    ]);
  });

  it('tells what its numbers leave out', () => {
    expect(limitsOf(PREVIEW)).toEqual([]);
    const limits = limitsOf({
      ...PREVIEW,
      onStored: { rules: ['labelSelector', 'minimumCount'], events: 340, dropped: 12 },
      notJudged: ['annotationSelector'],
      partial: true,
      ungrouped: 2,
    });
    expect(limits).toHaveLength(4);
    expect(limits[0]).toBe(
      'Not in these numbers: the label selector and the minimum count. Of 340 stored events, that drops 12.',
    );
  });

  it('knows that it counts from a later start', () => {
    expect(isShortened(PREVIEW)).toBe(false);
    expect(isShortened({ ...PREVIEW, since: '2026-02-01T09:00:00.000Z' })).toBe(true);
  });

  it('leaves a reason that it does not know as it is, whatever its name', () => {
    expect(dropWords('event-type')).toBe('type');
    expect(dropWords('constructor')).toBe('constructor');
  });
});

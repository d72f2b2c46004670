/** Ranks what stands out of one set of events against another. */
import type { Profile, ProfileField, Tallied } from '../model/query.ts';

export interface Difference {
  readonly field: ProfileField;
  readonly value: string;
  /** Occurrences on either side, and their shares of all of that side, 0 to 1. */
  readonly selection: number;
  readonly baseline: number;
  readonly selectionShare: number;
  readonly baselineShare: number;
  /** Signed: above 0, there is more of it in the selection. */
  readonly score: number;
}

/** Fewer distinct events than this on either side say nothing. */
const FEWEST_EVENTS = 10;
/** A value of fewer distinct events than this, both sides together, is an accident. */
const FEWEST_OF_VALUE = 3;
/** Standard errors. Hundreds of values are compared at once: with 3, less than one of them gets there by chance. */
const SUREST_CHANCE = 3;
/** What Jeffreys adds to each count: half of one, so that what never occurred still has odds. */
const PRIOR = 0.5;

/**
 * The surest first; null where there is too little on either side. The score is the difference of the log-odds of a value's share
 * of the occurrences on both sides, with Jeffreys' prior, over its standard error: the z-score of Monroe, Colaresi and Quinn,
 * "Fightin' Words" (Political Analysis 16, 2008), sections 3.3 and 3.4. How far the shares are apart is told by occurrences, but
 * how sure that is by distinct events: one event that repeats a thousand times is one report.
 */
export function whatDiffers(selection: Profile, baseline: Profile): readonly Difference[] | null {
  if (Math.min(selection.events, baseline.events) < FEWEST_EVENTS) return null;
  const differences: Difference[] = [];
  for (const { field, value, ours, theirs } of paired(selection, baseline)) {
    if (ours.events + theirs.events < FEWEST_OF_VALUE) continue;
    const apart = logOdds(ours, selection) - logOdds(theirs, baseline);
    const score = apart / Math.sqrt(variance(ours, selection) + variance(theirs, baseline));
    if (Math.abs(score) < SUREST_CHANCE) continue;
    differences.push({
      field,
      value,
      selection: ours.occurrences,
      baseline: theirs.occurrences,
      selectionShare: shareOf(ours, selection),
      baselineShare: shareOf(theirs, baseline),
      score,
    });
  }
  return differences.sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
}

interface Pair {
  readonly field: ProfileField;
  readonly value: string;
  readonly ours: Tallied;
  readonly theirs: Tallied;
}

const NONE: Tallied = { events: 0, occurrences: 0 };

function paired(selection: Profile, baseline: Profile): Iterable<Pair> {
  const pairs = new Map<string, Pair>();
  const keyOf = ({ field, value }: Pick<Pair, 'field' | 'value'>) => `${field} ${value}`;
  for (const each of selection.values) {
    pairs.set(keyOf(each), { field: each.field, value: each.value, ours: each, theirs: NONE });
  }
  for (const each of baseline.values) {
    const { field, value } = each;
    pairs.set(keyOf(each), { field, value, ours: pairs.get(keyOf(each))?.ours ?? NONE, theirs: each });
  }
  return pairs.values();
}

function logOdds({ occurrences }: Tallied, all: Tallied): number {
  return Math.log((occurrences + PRIOR) / (Math.max(0, all.occurrences - occurrences) + PRIOR));
}

/** Of log-odds. */
function variance({ events }: Tallied, all: Tallied): number {
  return 1 / (events + PRIOR) + 1 / (Math.max(0, all.events - events) + PRIOR);
}

function shareOf({ occurrences }: Tallied, all: Tallied): number {
  return all.occurrences === 0 ? 0 : occurrences / all.occurrences;
}

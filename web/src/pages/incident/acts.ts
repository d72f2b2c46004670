/** What one may do to an incident, by how it stands. */
import type { WireIncident } from '@tattle/contract';

export type ActName = 'acknowledge' | 'resolve' | 'silence' | 'fixed' | 'note' | 'merge' | 'unmerge' | 'split';

type Standing = Pick<WireIncident, 'state' | 'mergedInto' | 'resolution'> & { readonly together: readonly unknown[] };

/** The one to do first comes first; see `buttonsOf`. What the server would refuse, or would have no effect, is left out. */
export function actsFor({ state, mergedInto, resolution, together }: Standing): readonly ActName[] {
  if (mergedInto !== null) return ['unmerge', 'note'];
  const gathering: readonly ActName[] = together.length > 1 ? ['merge', 'split'] : ['merge'];
  switch (state) {
    case 'open':
    case 'regressed':
      return ['acknowledge', 'resolve', 'silence', 'note', ...gathering];
    case 'acknowledged':
      return ['resolve', 'silence', 'note', ...gathering];
    case 'resolved':
      return resolution === null ? ['fixed', 'note', ...gathering] : ['note', 'fixed', ...gathering];
  }
}

/** Those with a button of their own; the rest is in the menu. What is over needs two, what goes on can be silenced beside that. */
export function buttonsOf(acts: readonly ActName[]): readonly ActName[] {
  return acts.slice(0, Math.max(2, acts.indexOf('silence') + 1));
}

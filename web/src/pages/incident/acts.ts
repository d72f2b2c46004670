/** What one may do to an incident, by how it stands. */
import type { WireIncident } from '@tattle/contract';

export type ActName = 'acknowledge' | 'resolve' | 'fixed' | 'note' | 'merge' | 'unmerge' | 'split';

type Standing = Pick<WireIncident, 'state' | 'mergedInto' | 'resolution'> & { readonly together: readonly unknown[] };

/** The one to do first comes first; at most two are buttons, the rest is in the menu. What the server would refuse is left out. */
export function actsFor({ state, mergedInto, resolution, together }: Standing): readonly ActName[] {
  if (mergedInto !== null) return ['unmerge', 'note'];
  const gathering: readonly ActName[] = together.length > 1 ? ['merge', 'split'] : ['merge'];
  switch (state) {
    case 'open':
    case 'regressed':
      return ['acknowledge', 'resolve', 'note', ...gathering];
    case 'acknowledged':
      return ['resolve', 'note', ...gathering];
    case 'resolved':
      return resolution === null ? ['fixed', 'note', ...gathering] : ['note', 'fixed', ...gathering];
  }
}

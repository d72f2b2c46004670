/** What is known of objects where no cluster is watched: nothing, which says nothing about them. */
import type { KnownObjects } from './ports.ts';

export const unwatched: KnownObjects = {
  sight: () => ({ presence: 'unknown', object: null, goneAt: null, owners: [], owned: [], node: '' }),
  rootOwner: (_, ref) => ref,
};

/** A real store that fails its writers as it is told to, and remembers what it committed, in order. */
import { Turns } from '../../kit/turns.ts';
import type { ChangeSet } from '../../model/change-set.ts';
import { ConflictError, DataError, type Store, StoreUnavailable } from '../../model/ports/store.ts';

export interface FaultyStore extends Store {
  readonly commits: ChangeSet[];
  /** Thrown by the next commits, one each. */
  readonly nextErrors: Error[];
  down: boolean;
  /** The uid of an event that every commit refuses. */
  poison: string;
  /** Of commits that throw one of `nextErrors`: they happen, and only their answer is lost. */
  losesAnswer: boolean;
}

/** `inner` is a plain object of functions. */
export function faultyStore(inner: Store): FaultyStore {
  const answer = () => {
    if (store.down) throw new StoreUnavailable('the store cannot be used for now: connection refused');
  };
  const turns = new Turns();
  let failures = 0;
  const store: FaultyStore = {
    ...inner,
    commits: [],
    nextErrors: [],
    down: false,
    poison: '',
    losesAnswer: false,
    identify: async (keys) => {
      answer();
      return inner.identify(keys);
    },
    recover: async (clusterUids, since) => {
      answer();
      return inner.recover(clusterUids, since);
    },
    // Made ready only when it commits: the inner store must not count on a commit that fails here.
    prepare: async (change) => {
      const prepared = failures;
      return {
        commit: () =>
          turns.run(async () => {
            if (prepared !== failures) throw new ConflictError('a batch that this one counted on was not committed');
            await store.commit(change).catch((error: unknown) => {
              failures += 1;
              throw error;
            });
          }),
      };
    },
    commit: async (change) => {
      answer();
      const error = store.nextErrors.shift();
      if (error !== undefined) {
        if (store.losesAnswer) await inner.commit(change);
        throw error;
      }
      const uids = [...change.created, ...change.repeated].map(({ event }) => event.observation.uid);
      if (uids.includes(store.poison)) throw new DataError('PostgreSQL refuses the data (22P05)');
      await inner.commit(change);
      store.commits.push(change);
    },
  };
  return store;
}

/** A real store that fails its writers as it is told to, and remembers the order of what it committed. */
import type { ChangeSet } from '../../model/change-set.ts';
import { DataError, type Store, StoreUnavailable } from '../../model/ports.ts';

export class FaultyStore implements Store {
  readonly #inner: Store;
  readonly commits: ChangeSet[] = [];
  /** Thrown by the next commits, one each. */
  readonly nextErrors: Error[] = [];
  down = false;
  /** Refused by every commit that holds it. */
  poison = '';
  /** Of the next commit that fails: it happens, and only its answer is lost. */
  losesAnswer = false;

  constructor(inner: Store) {
    this.#inner = inner;
  }

  identify: Store['identify'] = async (keys) => {
    this.#answer();
    return this.#inner.identify(keys);
  };

  async commit(change: ChangeSet): Promise<void> {
    this.#answer();
    const error = this.nextErrors.shift();
    if (error !== undefined) {
      if (this.losesAnswer) await this.#inner.commit(change);
      throw error;
    }
    const uids = [...change.created, ...change.repeated].map(({ event }) => event.observation.uid);
    if (this.poison !== '' && uids.includes(this.poison)) throw new DataError('PostgreSQL refuses the data (22P05)');
    await this.#inner.commit(change);
    this.commits.push(change);
  }

  recover: Store['recover'] = async (clusterUids, since) => {
    this.#answer();
    return this.#inner.recover(clusterUids, since);
  };

  position: Store['position'] = (clusterUid, stream) => this.#inner.position(clusterUid, stream);

  close: Store['close'] = () => this.#inner.close();

  #answer(): void {
    if (this.down) throw new StoreUnavailable('the store cannot be used for now: connection refused');
  }
}

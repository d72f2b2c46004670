/** Keys of changes: one that is sent again because its answer was lost has the key of the first time, so that it is not made twice. */

/** More were hardly tried in vain and will be tried again. */
const MOST = 20;

interface Change {
  /** For `Idempotency-Key`. */
  readonly key: string;
  /** Once it is known what became of it: the same change is a new one from then on. */
  readonly answered: () => void;
}

export class Unanswered {
  readonly #keys = new Map<string, string>();

  /** `what` tells one change from another: its operation and all that is sent. */
  begin(what: string): Change {
    const key = this.#keys.get(what) ?? newKey();
    this.#keys.delete(what);
    this.#keys.set(what, key);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MOST && oldest !== undefined) this.#keys.delete(oldest);
    return {
      key,
      answered: () => {
        if (this.#keys.get(what) === key) this.#keys.delete(what);
      },
    };
  }
}

/** `crypto.randomUUID` is not there on plain http. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

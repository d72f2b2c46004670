/** Signed-in browsers. */
import type { Principal, Session } from '../../model/access.ts';
import type { AccessStore } from '../../model/ports/access.ts';
import type { Clock } from '../../model/ports/process.ts';
import { digestOf, randomSecret } from './digest.ts';
import { Recalled } from './recalled.ts';

/** Who a session's owner is by now, where it is bound to something; null where that does not hold any more. */
export type StillGood = (boundTo: string, session: Session) => Promise<Principal | null>;

export class Sessions {
  readonly #store: AccessStore;
  readonly #clock: Clock;
  readonly #stillGood: StillGood;
  readonly #known: Recalled<Session>;

  constructor(store: AccessStore, clock: Clock, stillGood: StillGood) {
    this.#store = store;
    this.#clock = clock;
    this.#stillGood = stillGood;
    this.#known = new Recalled((digest) => store.session(digest, clock.now()), clock);
  }

  /** The value of its cookie. */
  async open(principal: Principal, boundTo: string | null, expiresAt: number): Promise<string> {
    const cookie = randomSecret();
    const createdAt = this.#clock.now();
    await this.#store.openSession({ digest: digestOf(cookie), principal, boundTo, createdAt, expiresAt });
    return cookie;
  }

  async principal(cookie: string): Promise<Principal | null> {
    if (!/^[\w-]{43}$/.test(cookie)) return null;
    const session = await this.#known.get(digestOf(cookie));
    if (session === null || session.expiresAt <= this.#clock.now()) return null;
    return session.boundTo === null ? session.principal : this.#stillGood(session.boundTo, session);
  }

  async close(cookie: string): Promise<void> {
    await this.#store.closeSession(digestOf(cookie), this.#clock.now());
    this.#known.forget(digestOf(cookie));
  }
}

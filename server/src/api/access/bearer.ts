/** The ways to be known by a Bearer token: each check answers for its own kind and leaves the others alone. */
import { randomInt } from 'node:crypto';
import type { Grant, Principal, TokenRecord } from '../../model/access.ts';
import type { AccessStore } from '../../model/ports/access.ts';
import type { Clock } from '../../model/ports/process.ts';
import { digestOf, matches, randomSecret } from './digest.ts';
import { Recalled } from './recalled.ts';

export interface Vouched {
  readonly principal: Principal;
  /** What a session made from it depends on: `token:ID`, `known:DIGEST`, or null where nothing is asked again. */
  readonly boundTo: string | null;
  /** When it ends, milliseconds; null where it does not, or that is not known. */
  readonly expiresAt: number | null;
  /** What it may do is asked anew each time it is shown: no session stands in for it. */
  readonly sessionless?: true;
}

/** Null where it is no token of this kind, or not a good one. Rejects with `IdentityUnavailable` where that cannot be found out now. */
export type BearerCheck = (token: string) => Promise<Vouched | null>;

/** Whoever is asked about a token does not answer for now. */
export class IdentityUnavailable extends Error {
  override readonly name = 'IdentityUnavailable';
}

/** A token that configuration holds, or that the process made for itself. */
export interface KnownToken {
  readonly principal: Principal;
  /** SHA-256 of it, hexadecimal. */
  readonly digest: string;
}

export function knownTokens(tokens: readonly KnownToken[]): BearerCheck {
  return async (shown) => {
    const known = tokens.filter(({ digest }) => matches(shown, digest)).at(0);
    return known === undefined ? null : { principal: known.principal, boundTo: bindingOf(known), expiresAt: null };
  };
}

/** What a session of a known token depends on: that the token itself is still known. */
export function bindingOf({ digest }: KnownToken): string {
  return `known:${digest}`;
}

const ID_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const ID_LENGTH = 12;
const OWN = /^tattle_([a-z2-9]{12})_[\w-]{43}$/;
const USED_EVERY_MS = 60_000;

/** A new token: its secret, which is shown once, and the record of it. */
export function makeToken(of: Pick<TokenRecord, 'name' | 'grants' | 'createdBy' | 'createdAt' | 'expiresAt'>): {
  readonly secret: string;
  readonly record: TokenRecord;
} {
  const id = Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
  const secret = `tattle_${id}_${randomSecret()}`;
  return { secret, record: { id, digest: digestOf(secret), lastUsedAt: null, revokedAt: null, ...of } };
}

/** The tokens that people make, which live in the store. */
export class StoredTokens {
  readonly #store: AccessStore;
  readonly #clock: Clock;
  readonly #records: Recalled<TokenRecord>;
  readonly #used = new Map<string, number>();

  constructor(store: AccessStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#records = new Recalled((id) => store.token(id), clock);
  }

  readonly check: BearerCheck = async (shown) => {
    const id = OWN.exec(shown)?.[1];
    if (id === undefined) return null;
    const record = await this.#good(id);
    if (record === null || !matches(shown, record.digest)) return null;
    this.#noteUse(id);
    return { principal: principalOf(record), boundTo: `token:${id}`, expiresAt: record.expiresAt };
  };

  /** What a session that was made from it may do now; null where the token is not good any more. */
  async principal(id: string): Promise<Principal | null> {
    const record = await this.#good(id);
    return record === null ? null : principalOf(record);
  }

  forget(id: string): void {
    this.#records.forget(id);
  }

  async #good(id: string): Promise<TokenRecord | null> {
    const record = await this.#records.get(id);
    if (record === null || record.revokedAt !== null) return null;
    return record.expiresAt !== null && record.expiresAt <= this.#clock.now() ? null : record;
  }

  #noteUse(id: string): void {
    const now = this.#clock.now();
    if (now - (this.#used.get(id) ?? 0) < USED_EVERY_MS) return;
    this.#used.delete(id);
    if (this.#used.size >= 10_000) this.#used.delete(this.#used.keys().next().value ?? '');
    this.#used.set(id, now);
    // For people to see which tokens are dead: not worth failing a request for.
    this.#store.tokenUsed(id, now).catch(() => undefined);
  }
}

function principalOf({ id, name, grants }: { id: string; name: string; grants: readonly Grant[] }): Principal {
  return { id: `token:${id}`, name: `token ${name}`, grants };
}

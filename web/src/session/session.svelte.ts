/** Who is signed in, and what they may do: asked once, and again after signing in or out. */
import type { WireRole, WireSession } from '@tattle/contract';
import { call } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';

type Standing =
  | { readonly kind: 'asking' }
  | { readonly kind: 'in'; readonly session: WireSession }
  | { readonly kind: 'out' }
  | { readonly kind: 'failed'; readonly problem: ApiProblem };

const ROLES: readonly WireRole[] = ['viewer', 'operator', 'approver', 'admin'];

class Session {
  #standing = $state<Standing>({ kind: 'asking' });
  #asking: Promise<void> | null = null;

  get standing(): Standing {
    return this.#standing;
  }

  /** Whether the role is held somewhere: what it may do exactly where, the server decides and says. */
  may(role: WireRole): boolean {
    if (this.#standing.kind !== 'in') return false;
    const least = ROLES.indexOf(role);
    return this.#standing.session.grants.some((grant) => ROLES.indexOf(grant.role) >= least);
  }

  /** Asked several times at once, it asks once. */
  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #ask(): Promise<void> {
    try {
      this.#standing = { kind: 'in', session: await call('getSession') };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.#standing = error.status === 401 ? { kind: 'out' } : { kind: 'failed', problem: error };
    }
  }

  /** Any answer of 401 says that the session ended. */
  ended(): void {
    if (this.#standing.kind === 'in') this.#standing = { kind: 'out' };
  }

  async signOut(): Promise<void> {
    await call('closeSession');
    this.#standing = { kind: 'out' };
  }
}

export const session = new Session();

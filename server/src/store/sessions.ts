/** Browsers that are signed in, by the digest of their cookie. */
import type { Session } from '../model/access.ts';
import type { AccessStore } from '../model/ports/access.ts';
import type { Logger } from '../model/ports/process.ts';
import { appendAudit } from './append-audit.ts';
import type { Connections } from './connections.ts';
import { json } from './json.ts';
import { readPrincipal } from './principals.ts';
import { isStorable, storable } from './text.ts';

/** Characters of a digest that name a session in the audit trail: enough to tell its beginning and end belong together. */
const NAME_LENGTH = 16;

interface SessionRow {
  readonly [column: string]: unknown;
  readonly principal: unknown;
  readonly bound_to: string | null;
  readonly created_at: number;
  readonly expires_at: number;
}

type SessionStore = Pick<AccessStore, 'openSession' | 'session' | 'closeSession'>;

export class Sessions implements SessionStore {
  readonly #connections: Connections;
  readonly #logger: Logger;

  constructor(connections: Connections, logger: Logger) {
    this.#connections = connections;
    this.#logger = logger;
  }

  /** Throws `ConflictError` where there is one of this digest. */
  async openSession({ digest, principal, boundTo, createdAt, expiresAt }: Session): Promise<void> {
    await this.#connections.transaction(async (client) => {
      await client.query(
        'INSERT INTO sessions (digest, principal, bound_to, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
        [storable(digest), json(principal), boundTo === null ? null : storable(boundTo), createdAt, expiresAt],
      );
      const detail = { name: principal.name, grants: principal.grants, expiresAt };
      const about = { actor: principal.id, action: 'session.open', target: nameOf(digest) };
      await appendAudit(client, [{ at: createdAt, ...about, detail }]);
    });
  }

  async session(digest: string, now: number): Promise<Session | null> {
    if (!isStorable(digest)) return null;
    const [row] = await this.#connections.query<SessionRow>(
      'SELECT principal, bound_to, created_at, expires_at FROM sessions WHERE digest = $1 AND expires_at > $2',
      [digest, now],
    );
    if (row === undefined) return null;
    const principal = readPrincipal(row.principal);
    if (principal === null) {
      this.#logger.error({ session: nameOf(digest) }, 'the stored principal of a session makes no sense: it is none');
      return null;
    }
    return { digest, principal, boundTo: row.bound_to, createdAt: row.created_at, expiresAt: row.expires_at };
  }

  /** One that is past its end was closed by that. */
  async closeSession(digest: string, at: number): Promise<void> {
    if (!isStorable(digest)) return;
    await this.#connections.transaction(async (client) => {
      const { rows } = await client.query<{ actor: string }>(
        `DELETE FROM sessions WHERE digest = $1 AND expires_at > $2 RETURNING COALESCE(principal ->> 'id', '') AS actor`,
        [digest, at],
      );
      const closed = rows.map(({ actor }) => ({ actor, action: 'session.close', target: nameOf(digest) }));
      await appendAudit(
        client,
        closed.map((about) => ({ at, ...about, detail: {} })),
      );
    });
  }
}

function nameOf(digest: string): string {
  return digest.slice(0, NAME_LENGTH);
}

/** Tokens that people make: found by their id; of the secret only the digest is here. */
import type { TokenRecord } from '../model/access.ts';
import type { AccessStore } from '../model/ports/access.ts';
import type { Logger } from '../model/ports/process.ts';
import { appendAudit } from './append-audit.ts';
import type { Connections } from './connections.ts';
import { json } from './json.ts';
import { readGrants } from './principals.ts';
import { isStorable, storable } from './text.ts';

const MINUTE_MS = 60_000;

const COLUMNS = 'id, name, digest, grants, created_by, created_at, expires_at, last_used_at, revoked_at';

interface TokenRow {
  readonly [column: string]: unknown;
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly grants: unknown;
  readonly created_by: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

type TokenStore = Pick<AccessStore, 'tokens' | 'token' | 'addToken' | 'revokeToken' | 'tokenUsed'>;

export class Tokens implements TokenStore {
  readonly #connections: Connections;
  readonly #logger: Logger;

  constructor(connections: Connections, logger: Logger) {
    this.#connections = connections;
    this.#logger = logger;
  }

  async tokens(): Promise<readonly TokenRecord[]> {
    const rows = await this.#connections.query<TokenRow>(
      `SELECT ${COLUMNS} FROM access_tokens ORDER BY created_at DESC, id`,
    );
    return rows.map((row) => this.#recordOf(row));
  }

  async token(id: string): Promise<TokenRecord | null> {
    if (!isStorable(id)) return null;
    const [row] = await this.#connections.query<TokenRow>(`SELECT ${COLUMNS} FROM access_tokens WHERE id = $1`, [id]);
    return row === undefined ? null : this.#recordOf(row);
  }

  /** Throws `ConflictError` where there is one of this id. */
  async addToken({ id, name, digest, grants, createdBy, createdAt, ...token }: TokenRecord): Promise<void> {
    await this.#connections.transaction(async (client) => {
      await client.query(`INSERT INTO access_tokens (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
        ...[id, name, digest, json(grants), createdBy].map(storable),
        ...[createdAt, token.expiresAt, token.lastUsedAt, token.revokedAt],
      ]);
      const detail = { name, grants, expiresAt: token.expiresAt };
      await appendAudit(client, [{ at: createdAt, actor: createdBy, action: 'token.create', target: id, detail }]);
    });
  }

  async revokeToken(id: string, by: string, at: number): Promise<boolean> {
    if (!isStorable(id)) return false;
    return this.#connections.transaction(async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'UPDATE access_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING name',
        [id, at],
      );
      const [revoked] = rows;
      if (revoked === undefined) return false;
      const detail = { name: revoked.name };
      await appendAudit(client, [{ at, actor: by, action: 'token.revoke', target: id, detail }]);
      return true;
    });
  }

  async tokenUsed(id: string, at: number): Promise<void> {
    if (!isStorable(id)) return;
    await this.#connections.query(
      'UPDATE access_tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
      [id, Math.floor(at / MINUTE_MS) * MINUTE_MS],
    );
  }

  #recordOf(row: TokenRow): TokenRecord {
    const grants = readGrants(row.grants);
    if (grants === null)
      this.#logger.error({ token: row.id }, 'the stored grants of a token make no sense: it grants nothing');
    return {
      id: row.id,
      name: row.name,
      digest: row.digest,
      grants: grants ?? [],
      createdBy: row.created_by,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at,
      revokedAt: row.revoked_at,
    };
  }
}

/** Tokens, sessions, the audit trail and idempotency in memory, for tests of the API: the ports as their documentation says. */
import type { AuditEntry, NewAuditEntry, Session, TokenRecord } from '../../model/access.ts';
import type { AccessStore, AuditLog, IdempotencyStore, StoredAnswer } from '../../model/ports/access.ts';

export function memoryAccessStore(): AccessStore {
  const tokens = new Map<string, TokenRecord>();
  const sessions = new Map<string, Session>();
  return {
    tokens: async () => [...tokens.values()].reverse(),
    token: async (id) => tokens.get(id) ?? null,
    addToken: async (token) => void tokens.set(token.id, token),
    async revokeToken(id, _by, at) {
      const token = tokens.get(id);
      if (token === undefined || token.revokedAt !== null) return false;
      tokens.set(id, { ...token, revokedAt: at });
      return true;
    },
    async tokenUsed(id, at) {
      const token = tokens.get(id);
      if (token !== undefined) tokens.set(id, { ...token, lastUsedAt: at });
    },
    openSession: async (session) => void sessions.set(session.digest, session),
    async session(digest, now) {
      const session = sessions.get(digest);
      return session === undefined || session.expiresAt <= now ? null : session;
    },
    closeSession: async (digest) => void sessions.delete(digest),
  };
}

export function memoryAuditLog(): AuditLog & { readonly kept: readonly AuditEntry[] } {
  const kept: AuditEntry[] = [];
  const numbered = (entry: NewAuditEntry): AuditEntry => ({
    ...entry,
    no: kept.length + 1,
    hash: `h${kept.length + 1}`,
  });
  return {
    kept,
    record: async (entries) => {
      for (const entry of entries) kept.push(numbered(entry));
    },
    entries: async ({ limit }) => ({ items: [...kept].reverse().slice(0, limit), nextCursor: null }),
    verify: async () => ({ entries: kept.length, brokenAt: null, head: kept.at(-1)?.hash ?? '' }),
  };
}

export function memoryIdempotency(): IdempotencyStore {
  const rows = new Map<string, { readonly request: string; readonly answer: StoredAnswer | null }>();
  return {
    async begin(key, request) {
      const row = rows.get(key);
      if (row === undefined) {
        rows.set(key, { request, answer: null });
        return { kind: 'fresh' };
      }
      if (row.request !== request) return { kind: 'misused' };
      return row.answer === null ? { kind: 'under-way' } : { kind: 'answered', answer: row.answer };
    },
    finish: async (key, answer) => void rows.set(key, { request: rows.get(key)?.request ?? '', answer }),
    abandon: async (key) => void rows.delete(key),
  };
}

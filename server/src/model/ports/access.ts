/** Settings, who may do what, what was done, and answers that are given only once. */
import type { AuditFilter, AuditPage, AuditVerdict, NewAuditEntry, Session, TokenRecord } from '../access.ts';

/** Settings that change at run time, shared by every replica. */
export interface SettingsStore {
  loadSettings(): Promise<Readonly<Record<string, unknown>>>;
  /**
   * All of them or none, in one transaction with their audit entries (`settings.change`, with the value before and after). With
   * `seen`, what `loadSettings` gave: throws `ConflictError` where something was saved since.
   */
  saveSettings(
    changes: Readonly<Record<string, unknown>>,
    by: string,
    at: number,
    seen?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** Calls back on every change by any replica, within a second; returns the function that stops it. */
  onSettingsChange(listener: () => void): () => void;
}

/** Tokens and sessions, shared by every replica. */
export interface AccessStore {
  /** Newest first, the revoked and expired ones, too. */
  tokens(): Promise<readonly TokenRecord[]>;
  token(id: string): Promise<TokenRecord | null>;
  /** With its audit entry (`token.create`). */
  addToken(token: TokenRecord): Promise<void>;
  /** With its audit entry (`token.revoke`). False where there is none, or it was revoked before. */
  revokeToken(id: string, by: string, at: number): Promise<boolean>;
  /** Kept to the minute: a later call within one changes nothing. */
  tokenUsed(id: string, at: number): Promise<void>;
  /** With its audit entry (`session.open`). */
  openSession(session: Session): Promise<void>;
  /** Null where there is none, or it is past its end. */
  session(digest: string, now: number): Promise<Session | null>;
  /** With its audit entry (`session.close`), where there was one. */
  closeSession(digest: string, at: number): Promise<void>;
}

export interface AuditLog {
  /** In order, in one transaction. */
  record(entries: readonly NewAuditEntry[]): Promise<void>;
  /** Throws `CursorError` for a cursor that it did not give out. */
  entries(filter: AuditFilter): Promise<AuditPage>;
  /** Reads the whole chain. */
  verify(): Promise<AuditVerdict>;
}

/** Answers to writes that carried an Idempotency-Key, kept for a day. */
export interface IdempotencyStore {
  /** `key` and `request` are digests: of who, where and the key; of what was sent. */
  begin(key: string, request: string, now: number): Promise<IdempotencyClaim>;
  finish(key: string, answer: StoredAnswer): Promise<void>;
  /** The request failed in a way that a retry may mend: the key is free again. */
  abandon(key: string): Promise<void>;
}

export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type IdempotencyClaim =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** Another request with this key is under way; one that a crash left behind counts for a minute. */
  | { readonly kind: 'under-way' }
  /** The key was used for another request. */
  | { readonly kind: 'misused' };

/** What a failure of PostgreSQL means to the caller: wait and retry, decide the batch again, or set the data aside. */
import { ConflictError, DataError, StoreUnavailable } from '../model/ports/store.ts';
import { DataDirError } from './embedded/data-dir-error.ts';

/** Serialisation, deadlock, unique keys, a partition that retention dropped under the writer, and what `exactly` guards. */
const CONFLICT = new Set(['40001', '40P01', '23505', '42P01', '22012']);

const OURS = [ConflictError, DataError, StoreUnavailable, DataDirError];

/** Translates an error of `pg`; errors of ours and programming errors come back unchanged. */
export function storeError(error: unknown): Error {
  if (OURS.some((kind) => error instanceof kind)) return error as Error;
  if (!(error instanceof Error)) return new Error('the store threw something that is no error', { cause: error });
  const code = sqlState(error);
  if (code === null) return lostConnection(error) ? unavailable(error) : error;
  if (CONFLICT.has(code)) return new ConflictError(`another writer was faster: ${error.message}`, { cause: error });
  // 22: data exceptions; 23: constraints; 54: over PostgreSQL's own limits (a jsonb or an index row too large).
  if (/^(22|23|54)/.test(code))
    return new DataError(`PostgreSQL refuses the data (${code}): ${error.message}`, { cause: error });
  // 08 connection, 25006 a standby, 28 and 3D access, 53 resources (disk full), 55 locks and 57 shutdown or time-out, 58 and F0 the system.
  if (/^(08|25006|28|3D|42501|53|55|57|58|F0|XX)/.test(code)) return unavailable(error, code);
  return error;
}

function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : null;
}

/** The statement ran into its time limit. */
export function ranOutOfTime(error: unknown): boolean {
  return sqlState(error) === '57014' || (error instanceof Error && sqlState(error.cause) === '57014');
}

function lostConnection(error: Error): boolean {
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) return true;
  return /connection|terminat|not queryable|timeout expired|timeout exceeded|ended|closed|calling end/i.test(
    error.message,
  );
}

function unavailable(error: Error, code?: string): StoreUnavailable {
  const hint =
    code === '53100'
      ? 'the disk of the store is full: make room, nothing is lost meanwhile'
      : code?.startsWith('28')
        ? 'the store refuses the user or password of its URL'
        : code === '25006'
          ? 'the store is read-only (a standby?): point the URL at the primary'
          : code === '42501'
            ? 'the user of the store’s URL lacks a right; it needs CREATE on its database'
            : 'the store cannot be used for now';
  return new StoreUnavailable(`${hint}: ${error.message}`, { cause: error });
}

/** Connections to PostgreSQL: a pool for questions, transactions and time limits, and errors in the store's words. */
import pg from 'pg';
import type { ClientBase, ClientConfig, PoolClient, QueryResultRow } from 'pg';
import type { Logger } from '../model/ports/process.ts';
import { StoreUnavailable } from '../model/ports/store.ts';
import { storeError } from './errors.ts';
import { SilentWires } from './silent-wires.ts';

const INT8 = 20;
const CONNECT_MS = 5_000;
const SILENT_MS = 20_000;

/** What can be asked: the pool, or one connection inside a transaction. */
export interface Queryable {
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
}

export interface ConnectionOptions {
  readonly config: ClientConfig;
  readonly logger: Logger;
  readonly poolSize: number;
  /** Why the server is not there, where somebody knows more than that it does not answer; null else. */
  readonly trouble?: () => string | null;
  /** Of an answer, until the server is asked whether it still works on it; 20 s by default. */
  readonly silentMs?: number;
}

export class Connections implements Queryable {
  readonly #pool: pg.Pool;
  #closing = false;
  readonly #config: ClientConfig;
  readonly #logger: Logger;
  readonly #trouble: () => string | null;
  readonly #wires: SilentWires;

  constructor(options: ConnectionOptions) {
    this.#logger = options.logger;
    this.#trouble = options.trouble ?? (() => null);
    const types = new pg.TypeOverrides();
    // Every bigint of the schema is a safe integer by construction.
    types.setTypeParser(INT8, Number);
    this.#config = {
      ...options.config,
      types,
      application_name: 'tattle',
      // A role may be set to a stricter isolation, under which two who append at once would fail.
      options: '-c search_path=tattle -c timezone=UTC -c jit=off -c default_transaction_isolation=read\\ committed',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    };
    this.#pool = new pg.Pool({ ...this.#config, max: options.poolSize, idleTimeoutMillis: 30_000 });
    this.#wires = new SilentWires({
      connect: () => this.#fresh(false),
      logger: this.#logger,
      silentMs: options.silentMs ?? SILENT_MS,
    });
    // A client that is lent out has no listener of the pool's: one that is cut off between two queries would end the process.
    this.#pool.on('connect', (client) => {
      this.#wires.watch(client);
      client.on('error', (error) => this.#logger.debug({ err: error }, 'a connection of the pool was lost'));
    });
    this.#pool.on('error', (error) => {
      // The pool says that it has ended before its connections have: they lose a server that stops in that moment.
      if (!this.#closing) this.#logger.warn({ err: error }, 'an idle connection to the store was lost');
    });
  }

  /** A connection of one's own, outside the pool; the caller ends it. With `pipeline`, queries do not wait for each other's answers. */
  async connect({ pipeline = false } = {}): Promise<pg.Client> {
    const client = await this.#fresh(pipeline);
    this.#wires.watch(client);
    return client;
  }

  async #fresh(pipeline: boolean): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#config, pipeline });
    client.on('error', (error) => this.#logger.warn({ err: error }, 'a connection to the store was lost'));
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw this.#told(error);
    }
  }

  async query<R extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    try {
      return (await this.#pool.query<R>(text, [...values])).rows;
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** One transaction: committed when `work` resolves, rolled back when it throws. */
  async transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw this.#told(error);
    }
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      const rolledBack = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      client.release(!rolledBack);
      throw this.#told(error);
    }
  }

  /** Reads inside one snapshot; PostgreSQL ends a statement that takes longer than `ms` (see `ranOutOfTime`). */
  async reading<T>(ms: number, work: (queryable: Queryable) => Promise<T>): Promise<T> {
    return this.transaction(async (client) => {
      await client.query(
        `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = ${Math.max(1, Math.round(ms))}`,
      );
      return work(over(client));
    });
  }

  #told(error: unknown): Error {
    const translated = storeError(error);
    const trouble = this.#trouble();
    if (!(translated instanceof StoreUnavailable) || trouble === null) return translated;
    return new StoreUnavailable(`${trouble}: ${messageOf(error)}`, { cause: error });
  }

  async close(): Promise<void> {
    this.#closing = true;
    // It ends only when every connection has: one that is silent has to be cut for it.
    await this.#pool.end().finally(() => this.#wires.close());
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function over(client: ClientBase): Queryable {
  return {
    query: async <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await client.query<R>(text, [...values])).rows,
  };
}

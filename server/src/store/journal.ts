/**
 * Commits on one connection of the writer's own, and the memory that makes `synchronous_commit = off` safe while the process
 * lives on: after a crash of the server alone, asynchronous commits may be gone that memory has long adopted, so those
 * since the last synchronous one are kept and run again.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { ConflictError } from '../model/ports.ts';
import type { Logger } from '../model/ports.ts';
import type { Connections } from './connections.ts';
import { storeError } from './errors.ts';
import { Pipeline } from './pipeline.ts';
import { exactly, plain } from './statements.ts';
import type { Statement } from './statements.ts';

/** Every so often a commit waits for the disk, and takes all before it along. */
const SYNC_EVERY_MS = 250;
/** At most so many commits are kept to be run again; the next one is synchronous. */
const KEPT_COMMITS = 32;

interface Entry {
  readonly no: number;
  readonly statements: readonly Statement[];
}

export class Journal {
  readonly #connections: Connections;
  readonly #logger: Logger;
  readonly #monotonic: () => number;
  readonly #id = randomUUID();
  #client: pg.Client | null = null;
  readonly #prepared = new Set<string>();
  #no = 0;
  #registered = false;
  #synced = -Infinity;
  #unsynced: Entry[] = [];

  constructor(connections: Connections, logger: Logger, monotonic: () => number) {
    this.#connections = connections;
    this.#logger = logger;
    this.#monotonic = monotonic;
  }

  /** One transaction. `durable` waits for the disk. Callers take turns. */
  async commit(statements: readonly Statement[], durable: boolean): Promise<void> {
    const client = this.#client ?? (await this.#connect());
    const sync = durable || this.#unsynced.length >= KEPT_COMMITS || this.#monotonic() - this.#synced >= SYNC_EVERY_MS;
    const entry = { no: this.#no + 1, statements };
    await this.#run(client, entry, sync);
    this.#no = entry.no;
    if (sync) {
      this.#unsynced = [];
      this.#synced = this.#monotonic();
    } else this.#unsynced.push(entry);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #run(client: pg.Client, entry: Entry, sync: boolean): Promise<void> {
    const statements = [
      plain('BEGIN'),
      ...(sync ? [] : [plain('SET LOCAL synchronous_commit = off')]),
      ...entry.statements,
      commitNumber(this.#id, entry.no),
      // In the same write: an answer of its own would cost a tenth of the time of a batch. Statements guard themselves.
      plain('COMMIT'),
    ];
    try {
      await client.query(new Pipeline(statements, this.#prepared)).done;
    } catch (error) {
      this.#prepared.clear();
      // DEALLOCATE, because it is unknown how many of the names were taken before the error.
      const rolledBack = await client.query('ROLLBACK; DEALLOCATE ALL').then(
        () => true,
        () => false,
      );
      // Without an answer nobody knows what happened: the next commit looks up which one was the last.
      if (!rolledBack) await this.close();
      throw storeError(error);
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = await this.#connections.connect();
    this.#client = client;
    this.#prepared.clear();
    client.on('end', () => {
      if (this.#client === client) this.#client = null;
    });
    try {
      if (!this.#registered) {
        await client.query('INSERT INTO writers (id, commit_no) VALUES ($1, 0)', [this.#id]);
        this.#registered = true;
      }
      await this.#recommitLost(client);
      return client;
    } catch (error) {
      await this.close();
      throw storeError(error);
    }
  }

  async #recommitLost(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ commit_no: number }>('SELECT commit_no FROM writers WHERE id = $1', [
      this.#id,
    ]);
    const held = rows[0]?.commit_no;
    if (held === undefined) {
      this.#registered = false;
      this.#unsynced = [];
      throw new ConflictError('the store no longer knows this writer: it was restored or replaced meanwhile');
    }
    const lost = this.#unsynced.filter((entry) => entry.no > held);
    for (const entry of lost) await this.#run(client, entry, true);
    if (lost.length > 0) {
      this.#logger.warn(
        { commits: lost.length },
        'the store crashed and had lost its last commits; they were made again',
      );
    }
    // A commit whose answer was lost may have happened: then the number is one ahead of ours.
    this.#no = Math.max(this.#no, held);
    this.#unsynced = [];
    this.#synced = this.#monotonic();
  }
}

function commitNumber(writer: string, no: number): Statement {
  return {
    kind: 'query',
    name: 'commit number',
    text: exactly('UPDATE writers SET commit_no = $2 WHERE id = $1', '$3'),
    values: [writer, no, 1],
  };
}

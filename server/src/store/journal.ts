/**
 * Commits on one connection of the writer's own, and the memory that makes `synchronous_commit = off` safe while the process
 * lives on: after a crash of the server alone, asynchronous commits may be gone that memory has long adopted, so those
 * since the last synchronous one are kept and run again.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { ConflictError } from '../model/ports/store.ts';
import type { Logger } from '../model/ports/process.ts';
import type { Connections } from './connections.ts';
import { storeError } from './errors.ts';
import { Pipeline } from './pipeline.ts';
import { RowBuffers } from './row-buffers.ts';
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
  /** For the rows of what is to be committed; they are used again once a commit is on the disk. */
  readonly buffers = new RowBuffers();
  readonly #connections: Connections;
  readonly #logger: Logger;
  readonly #monotonic: () => number;
  readonly #id = randomUUID();
  /** Ready for the next commit; null until one asks for it, and after the connection was lost. */
  #ready: Promise<pg.Client> | null = null;
  #client: pg.Client | null = null;
  readonly #prepared = new Set<string>();
  /** Of the commit sent last: each says in the database which one it follows. */
  #no = 0;
  #onTheWire = 0;
  #registered = false;
  #synced = -Infinity;
  #unsynced: Entry[] = [];

  constructor(connections: Connections, logger: Logger, monotonic: () => number) {
    this.#connections = connections;
    this.#logger = logger;
    this.#monotonic = monotonic;
  }

  /**
   * One transaction, sent at once and in the order of calling, also while earlier ones are not answered: the server then goes on
   * without waiting for this process. After one that fails, those sent behind it fail, too. `durable` waits for the disk. It is
   * the caller who bounds how many are on their way.
   */
  async commit(statements: readonly Statement[], durable: boolean): Promise<void> {
    const ready = (this.#ready ??= this.#connect());
    const client = await ready;
    // A failure in this very moment: what was sent now would go behind the reset, and count on what did not happen.
    if (this.#ready !== ready) throw new ConflictError('a commit before this one has failed');
    const kept = this.#unsynced.length + this.#onTheWire;
    const sync = durable || kept >= KEPT_COMMITS || this.#monotonic() - this.#synced >= SYNC_EVERY_MS;
    if (sync) this.#synced = this.#monotonic();
    const after = this.#no;
    const entry = { no: after + 1, statements };
    this.#no = entry.no;
    this.#onTheWire += 1;
    try {
      await this.#send(client, entry, after, sync);
    } catch (error) {
      // Once for all that fail together: what is sent from here on comes after the reset.
      if (this.#ready === ready) this.#resume(client);
      await this.#ready?.catch(() => undefined);
      throw storeError(error);
    } finally {
      this.#onTheWire -= 1;
    }
    this.#unsynced.push(entry);
    if (sync) this.#onDisk(entry.no);
  }

  /** Makes again what a crash of the server took away, where that is still to be done: what is read back has to hold it. */
  async takeUp(): Promise<void> {
    await (this.#ready ??= this.#connect());
  }

  /** All up to this one: they need not be kept. */
  #onDisk(no: number): void {
    for (const { no: earlier, statements } of this.#unsynced) {
      if (earlier > no) continue;
      for (const statement of statements) if (statement.kind === 'copy') this.buffers.release(statement.rows);
    }
    this.#unsynced = this.#unsynced.filter((entry) => entry.no > no);
  }

  async close(): Promise<void> {
    const ready = this.#ready;
    this.#ready = null;
    const client = await ready?.catch(() => null);
    await client?.end().catch(() => undefined);
  }

  async #send(client: pg.Client, entry: Entry, after: number, sync: boolean): Promise<void> {
    const statements = [
      plain('BEGIN'),
      ...(sync ? [] : [plain('SET LOCAL synchronous_commit = off')]),
      // First, so that what follows a failed commit does nothing before it fails.
      commitNumber(this.#id, entry.no, after),
      ...entry.statements,
      // In the same write: an answer of its own would cost a tenth of the time of a batch. Statements guard themselves.
      plain('COMMIT'),
    ];
    await client.query(new Pipeline(statements, this.#prepared)).done;
  }

  #connect(): Promise<pg.Client> {
    // Whatever the end of an earlier connection is still going to say, it is not about this one.
    this.#client = null;
    return this.#readyOnce(async () => {
      const client = await this.#connections.connect({ pipeline: true });
      this.#client = client;
      client.on('end', () => {
        if (this.#client === client) this.#ready = null;
      });
      if (!this.#registered) {
        await client.query('INSERT INTO writers (id, commit_no) VALUES ($1, 0)', [this.#id]);
        this.#registered = true;
      }
      return client;
    });
  }

  /** After a failure. It goes behind all that is on the wire, which fails as well: that counts on what did not happen. */
  #resume(client: pg.Client): void {
    // DEALLOCATE, because it is unknown how many of the names were taken before the error.
    const reset = client.query('ROLLBACK; DEALLOCATE ALL');
    this.#readyOnce(async () => {
      await reset;
      return client;
    }).catch(() => undefined);
  }

  /** Commits wait until the connection is there and what a crash lost is made again. Where that fails, the next one connects. */
  #readyOnce(connected: () => Promise<pg.Client>): Promise<pg.Client> {
    this.#prepared.clear();
    const ready = connected().then(async (client) => {
      try {
        await this.#goOn(client);
        return client;
      } catch (error) {
        await client.end().catch(() => undefined);
        throw error;
      }
    });
    const told = ready.catch((error: unknown) => {
      if (this.#ready === told) this.#ready = null;
      throw storeError(error);
    });
    this.#ready = told;
    return told;
  }

  /** From the last commit that the store knows of, whatever was heard of it. */
  async #goOn(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ commit_no: number }>('SELECT commit_no FROM writers WHERE id = $1', [
      this.#id,
    ]);
    const held = rows[0]?.commit_no;
    if (held === undefined) {
      this.#registered = false;
      this.#unsynced = [];
      throw new ConflictError('the store no longer knows this writer: it was restored or replaced meanwhile');
    }
    this.#no = held;
    const lost = this.#unsynced.filter((entry) => entry.no > held);
    for (const entry of lost) {
      await this.#send(client, entry, this.#no, true);
      this.#no = entry.no;
    }
    if (lost.length > 0) {
      this.#onDisk(this.#no);
      this.#logger.warn(
        { commits: lost.length },
        'the store crashed and had lost its last commits; they were made again',
      );
    }
    // What was not lost may still not be on its disk: the next commit takes it there.
    this.#synced = -Infinity;
  }
}

/** Fails where the commit that it follows did not happen, even if the server has long begun anew after that one's failure. */
function commitNumber(writer: string, no: number, after: number): Statement {
  return {
    kind: 'query',
    name: 'commit number',
    text: exactly('UPDATE writers SET commit_no = $2 WHERE id = $1 AND commit_no = $4', '$3'),
    values: [writer, no, 1, after],
  };
}

/** The partitions of events and occurrences: made before a row needs one, dropped by retention. */
import type { Connections, Queryable } from './connections.ts';
import { parsePartitionName, partitionBounds, partitionName } from './event-id.ts';
import type { PartitionKey } from './event-id.ts';

/** Updates stay in the page of their row (HOT) as long as there is room. */
const STORAGE = {
  events: 'WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.1)',
  occurrences: 'WITH (autovacuum_analyze_scale_factor = 0.1)',
} as const;
type Table = keyof typeof STORAGE;

export interface Partition extends PartitionKey {
  readonly name: string;
  readonly table: Table;
}

export class Partitions {
  /** Grows by two a day and class, and shrinks with retention. */
  readonly #known = new Set<string>();

  async load(queryable: Queryable): Promise<readonly Partition[]> {
    const rows = await queryable.query<{ name: string; parent: Table }>(
      `SELECT c.relname AS name, p.relname AS parent FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace
       WHERE n.nspname = 'tattle' AND p.relname IN ('events', 'occurrences') AND c.relkind = 'r'`,
    );
    this.#known.clear();
    const partitions: Partition[] = [];
    for (const { name, parent } of rows) {
      const key = parsePartitionName(name);
      if (key === null) continue;
      this.#known.add(name);
      partitions.push({ ...key, name, table: parent });
    }
    return partitions;
  }

  /** Makes what is missing, each in a transaction of its own, so that a failing batch takes no partition with it. */
  async ensure(connections: Connections, keys: Iterable<PartitionKey>): Promise<void> {
    for (const key of keys) {
      for (const table of ['events', 'occurrences'] as const) {
        const name = partitionName(table, key);
        if (!this.#known.has(name)) await this.#make(connections, table, name, key);
      }
    }
  }

  forget(name: string): void {
    this.#known.delete(name);
  }

  async #make(connections: Connections, table: Table, name: string, key: PartitionKey): Promise<void> {
    const [from, to] = partitionBounds(key);
    // Made apart and attached: PARTITION OF would lock the whole table against readers and writers.
    await connections.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock(8284429)');
      const { rows } = await client.query<{ found: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS found`, [name]);
      if (rows[0]?.found !== true) {
        await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL) ${STORAGE[table]}`);
        await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
      }
    });
    this.#known.add(name);
  }
}

/** The SettingsStore port: a table, NOTIFY on every change, and a slow poll for notifications that a lost connection swallowed; it hears of channels, too. */
import type pg from 'pg';
import type { NewAuditEntry } from '../model/access.ts';
import { isWorthTelling } from '../kit/worth-telling.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { Logger } from '../model/ports/process.ts';
import { appendAudit } from './append-audit.ts';
import type { Connections } from './connections.ts';
import { tellFeed } from './feed-entry.ts';
import { storable } from './text.ts';
import { json } from './json.ts';

const CHANNEL = 'tattle_settings';
const POLL_MS = 30_000;
const RECONNECT_MS = 1_000;

/** For the transaction of a change, of channels, too: what is sealed of them is new each time. */
export const NOTIFY_SETTINGS = `NOTIFY ${CHANNEL}`;

/** Another text after every change. */
const SEEN = `SELECT md5(COALESCE((SELECT string_agg(key || md5(value::text) || set_at, ',' ORDER BY key) FROM settings), '')
  || COALESCE((SELECT string_agg(md5(sealed), ',' ORDER BY name) FROM channels), '')) AS seen`;

export class Settings {
  readonly #connections: Connections;
  readonly #logger: Logger;
  readonly #listeners = new Set<() => void>();
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #seen = '';
  #failures = 0;
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(connections: Connections, logger: Logger) {
    this.#connections = connections;
    this.#logger = logger;
  }

  async loadSettings(): Promise<Readonly<Record<string, unknown>>> {
    const rows = await this.#connections.query<{ settings: Record<string, unknown> | null; seen: string }>(
      `SELECT (SELECT jsonb_object_agg(key, value) FROM settings) AS settings, (${SEEN}) AS seen`,
    );
    // Whoever listens later has seen this: what changes until LISTEN stands is told then.
    if (this.#seen === '') this.#seen = rows[0]?.seen ?? '';
    return rows[0]?.settings ?? {};
  }

  /** `before` in the trail is null where nothing was saved of that key. */
  async saveSettings(
    changes: Readonly<Record<string, unknown>>,
    by: string,
    at: number,
    seen?: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const entries = Object.entries(changes);
    if (entries.length === 0) return;
    await this.#connections.transaction(async (client) => {
      // One change after the other: what was there before is then what this one replaces, and no two wait for each other.
      await client.query('LOCK TABLE settings IN SHARE ROW EXCLUSIVE MODE');
      if (seen !== undefined) await refuseUnseen(client, seen);
      const audit: NewAuditEntry[] = [];
      for (const [key, after] of entries) {
        const before = await replaceSetting(client, key, after, by, at);
        audit.push({ at, actor: by, action: 'settings.change', target: key, detail: { before, after } });
      }
      await client.query(NOTIFY_SETTINGS);
      await tellFeed(client, { topics: ['settings'] });
      await appendAudit(client, audit);
    });
  }

  onSettingsChange(listener: () => void): () => void {
    // Wrapped, so that one function registered twice is two registrations.
    const own = () => listener();
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#tick(0);
    return () => this.#listeners.delete(own);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.#client?.end().catch(() => undefined);
  }

  /** Resolves once LISTEN is in place, or its first try failed. */
  listening(): Promise<void> {
    return this.#working;
  }

  #tick(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const work = () => {
      this.#working = this.#working.then(() => this.#refresh());
    };
    if (afterMs === 0) return work();
    this.#timer = setTimeout(work, afterMs);
    this.#timer.unref();
  }

  async #refresh(): Promise<void> {
    if (this.#closed) return;
    try {
      const fresh = this.#client === null;
      if (this.#client === null) this.#client = await this.#listen();
      const rows = await this.#connections.query<{ seen: string }>(SEEN);
      const seen = rows[0]?.seen ?? '';
      const changed = this.#seen !== '' && seen !== this.#seen;
      this.#seen = seen;
      if (changed) this.#tell();
      if (fresh) this.#logger.debug({}, 'listening for changes of settings');
      this.#failures = 0;
      this.#tick(POLL_MS);
    } catch (error) {
      this.#failures += 1;
      if (isWorthTelling(this.#failures)) {
        this.#logger.warn({ err: error }, 'changes of settings cannot be heard for now; trying again');
      }
      this.#tick(RECONNECT_MS);
    }
  }

  async #listen(): Promise<pg.Client> {
    const client = await this.#connections.connect();
    client.on('notification', () => this.#tick(0));
    client.on('end', () => {
      if (this.#client !== client) return;
      this.#client = null;
      this.#tick(RECONNECT_MS);
    });
    try {
      await client.query(`LISTEN ${CHANNEL}`);
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#logger.error({ err: error }, 'a listener to settings failed');
      }
    }
  }
}

/** Resolves with the value before, null without one. */
async function replaceSetting(
  client: pg.ClientBase,
  key: string,
  value: unknown,
  by: string,
  at: number,
): Promise<unknown> {
  const { rows } = await client.query<{ value: unknown }>('SELECT value FROM settings WHERE key = $1', [storable(key)]);
  await client.query(
    `INSERT INTO settings (key, value, set_by, set_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at`,
    [storable(key), json(value), storable(by), at],
  );
  return rows[0]?.value ?? null;
}

async function refuseUnseen(client: pg.ClientBase, seen: Readonly<Record<string, unknown>>): Promise<void> {
  const { rows } = await client.query<{ settings: object | null }>(
    'SELECT jsonb_object_agg(key, value) AS settings FROM settings',
  );
  // Both come out of jsonb, which knows one order of members only.
  if (JSON.stringify(rows[0]?.settings ?? {}) === JSON.stringify(seen)) return;
  throw new ConflictError('settings were saved meanwhile');
}

/**
 * Connections whose other side went away without a word (a machine that lost its power, a proxy or a firewall that forgot them):
 * they look alive, and whatever waits on one would wait for a quarter of an hour, or for ever. The server itself is asked, on a
 * connection of its own, whether it still works on what is waited for; where it does not, the old one is cut.
 */
import type { Socket } from 'node:net';
import { Writable } from 'node:stream';
import type pg from 'pg';
import type { Logger } from '../model/ports/process.ts';

export interface SilentWiresOptions {
  /** A fresh connection; the asker ends it. */
  readonly connect: () => Promise<pg.Client>;
  readonly logger: Logger;
  /** Of an answer that is waited for, until the server is asked about it; milliseconds. */
  readonly silentMs: number;
}

const ANSWER_MS = 5_000;

/** What `pg` knows of a client, and does not say. */
interface Inner {
  readonly processID: number | null;
  readonly _activeQuery: unknown;
  readonly _sentQueryQueue: readonly unknown[];
  readonly connection: { readonly stream: Socket };
}

interface Heard {
  readonly bytes: number;
  readonly at: number;
}

/**
 * Of a backend that is done with, gone, or waits for us. One that works may do so for as long as it takes. `own`: behind a
 * pooler, whose numbers are no processes of the server, nothing can be known; nor where it is told to track no activities.
 */
const IS_WAITED_FOR_IN_VAIN = `SELECT pg_backend_pid() = $2 AS own, NOT EXISTS (
  SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND (state = 'disabled' OR state IN ('active', 'fastpath function call')
    AND wait_event_type IS DISTINCT FROM 'Client')) AS vain`;

export class SilentWires {
  readonly #options: SilentWiresOptions;
  readonly #heard = new Map<pg.ClientBase, Heard>();
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(options: SilentWiresOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.silentMs / 2);
    this.#timer.unref();
  }

  /** Until it ends. */
  watch(client: pg.ClientBase): void {
    this.#heard.set(client, this.#now(client));
    client.once('end', () => this.#heard.delete(client));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #now(client: pg.ClientBase): Heard {
    const { stream } = innerOf(client).connection;
    return { bytes: stream.bytesRead + stream.bytesWritten, at: performance.now() };
  }

  #look(): void {
    if (this.#looking) return;
    const silent = [...this.#heard.keys()].filter((client) => this.#isSilent(client));
    if (silent.length === 0) return;
    this.#looking = true;
    this.#ask(silent)
      // The store is away altogether: whoever asks it anything new is told so.
      .catch((error: unknown) => {
        this.#options.logger.debug({ err: error }, 'nobody can be asked about connections that are silent');
      })
      .finally(() => (this.#looking = false));
  }

  #isSilent(client: pg.ClientBase): boolean {
    const before = this.#heard.get(client);
    const now = this.#now(client);
    const { _activeQuery, _sentQueryQueue } = innerOf(client);
    const isWaiting = (_activeQuery ?? null) !== null || _sentQueryQueue.length > 0;
    if (isWaiting && !isOurTurn(client) && before?.bytes === now.bytes)
      return now.at - before.at >= this.#options.silentMs;
    this.#heard.set(client, now);
    return false;
  }

  async #ask(silent: readonly pg.ClientBase[]): Promise<void> {
    const asker = await this.#options.connect();
    try {
      for (const client of silent) {
        const { processID, connection } = innerOf(client);
        const values = [processID, innerOf(asker).processID];
        const asked = { text: IS_WAITED_FOR_IN_VAIN, values, query_timeout: ANSWER_MS };
        const { rows } = await asker.query<{ own: boolean; vain: boolean }>(asked);
        // It may have answered meanwhile.
        if (rows[0]?.own !== true || !rows[0].vain || !this.#isSilent(client)) continue;
        this.#options.logger.warn({ process: processID }, 'a connection to the store was silent, and is given up');
        connection.stream.destroy(new Error('the connection to the store was silent: its other side is gone'));
      }
    } finally {
      // Not awaited: this one may have gone silent, too.
      asker.end().catch(() => undefined);
    }
  }
}

/** A copy waits for us where we read no further, or have no more to send yet: the disk of a backup may be slow. */
function isOurTurn(client: pg.ClientBase): boolean {
  const { _activeQuery: query, connection } = innerOf(client);
  const owesMore = query instanceof Writable && !query.writableEnded && query.writableLength === 0;
  return owesMore || connection.stream.readableLength > 0;
}

function innerOf(client: pg.ClientBase): Inner {
  return client as unknown as Inner;
}

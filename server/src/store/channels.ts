/** The ChannelStore port: channels that people added, each change with its entry in the audit trail, told to every replica. */
import type pg from 'pg';
import type { ChannelAct, StoredChannel } from '../model/stored-channel.ts';
import { appendAudit } from './append-audit.ts';
import type { Connections } from './connections.ts';
import { tellFeed } from './feed-entry.ts';
import { NOTIFY_SETTINGS, type Settings } from './settings.ts';

type ChannelRow = StoredChannel & pg.QueryResultRow;

export class StoredChannels {
  readonly #connections: Connections;
  readonly #settings: Pick<Settings, 'onSettingsChange'>;

  /** Settings listen for changes already, of channels, too. */
  constructor(connections: Connections, settings: Pick<Settings, 'onSettingsChange'>) {
    this.#connections = connections;
    this.#settings = settings;
  }

  channels(): Promise<readonly StoredChannel[]> {
    return this.#connections.query<ChannelRow>('SELECT name, type, settings, sealed FROM channels ORDER BY name');
  }

  addChannel({ name, type, settings, sealed }: StoredChannel, act: ChannelAct): Promise<boolean> {
    return this.#change('channel.create', name, act, {
      text: 'INSERT INTO channels (name, type, settings, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING',
      values: [name, type, settings, sealed],
    });
  }

  changeChannel(seen: StoredChannel, { settings, sealed }: StoredChannel, act: ChannelAct): Promise<boolean> {
    return this.#change('channel.change', seen.name, act, {
      text: 'UPDATE channels SET settings = $3, sealed = $4 WHERE name = $1 AND sealed = $2',
      values: [seen.name, seen.sealed, settings, sealed],
    });
  }

  removeChannel({ name, sealed }: StoredChannel, act: ChannelAct): Promise<boolean> {
    return this.#change('channel.delete', name, act, {
      text: 'DELETE FROM channels WHERE name = $1 AND sealed = $2',
      values: [name, sealed],
    });
  }

  onChannelsChange(listener: () => void): () => void {
    return this.#settings.onSettingsChange(listener);
  }

  /** False where the statement changed nothing: then nothing is told either. */
  #change(
    action: string,
    target: string,
    { by, at, detail }: ChannelAct,
    { text, values }: { readonly text: string; readonly values: readonly string[] },
  ): Promise<boolean> {
    return this.#connections.transaction(async (client) => {
      const { rowCount } = await client.query(text, [...values]);
      if (rowCount !== 1) return false;
      await client.query(NOTIFY_SETTINGS);
      await tellFeed(client, { topics: ['settings'] });
      await appendAudit(client, [{ at, actor: by, action, target, detail }]);
      return true;
    });
  }
}

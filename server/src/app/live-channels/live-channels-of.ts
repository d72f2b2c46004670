/** The channels in force of a server: from its configuration and its store. */
import type { Clock, Logger } from '../../model/ports/process.ts';
import { routesTo, settingsOfAll } from '../../notify/configured.ts';
import type { TattleStore } from '../../store/open-store.ts';
import type { SwitchBoard } from '../channel-switch.ts';
import { type Configured, refuseLostRoutes } from '../configure.ts';
import { ChannelChanges } from './channel-changes.ts';
import { LiveChannels } from './live-channels.ts';
import { secretKeyOf } from './secret-key.ts';

interface Foundations {
  readonly configured: Configured;
  readonly store: Pick<TattleStore, 'channels'>;
  readonly switches: SwitchBoard;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface ServedChannels {
  readonly live: LiveChannels;
  readonly changes: ChannelChanges;
}

/** Throws `StoreUnavailable`, and `ConfigurationError` where a route leads to a channel that there is not. */
export async function liveChannelsOf({ configured, store, ...common }: Foundations): Promise<ServedChannels> {
  const { configuration, channels, outside } = configured;
  const secretKey = secretKeyOf(configuration.secretKey, configuration.dataDir);
  const parts = { ...common, store: store.channels, secretKey };
  const live = new LiveChannels({ ...parts, configured: channels, context: outside });
  await live.load();
  refuseLostRoutes(configured, (name) => live.has(name));
  const changes = new ChannelChanges({
    ...parts,
    live,
    context: outside,
    configuredSettings: settingsOfAll({ ...configuration, to: configuration.notifyTo }),
    routesTo: (name) => routesTo(name, configuration.notify),
  });
  return { live, changes };
}

/** A Tattle without clusters over a store of tests: channels, deliveries and the API, as `assemble` puts them together. */
import { parseAllowList } from '../../../kit/address-guard.ts';
import type { Resolve } from '../../../kit/guarded-address.ts';
import { createGuardedConnect } from '../../../kit/guarded-connect.ts';
import { createGuardedFetch } from '../../../kit/guarded-fetch.ts';
import { systemClock } from '../../../kit/clock.ts';
import { quiet } from '../../../kit/testing/quiet.ts';
import { newKeyText } from '../../../kit/seal.ts';
import { createOutboxRunner } from '../../../notify/outbox-runner.ts';
import { openPolicy } from '../../../notify/policy/policy.ts';
import { notifySettings } from '../../../notify/policy/settings.ts';
import { webhook } from '../../../notify/channels/webhook/webhook.ts';
import { trustedContext } from '../../../notify/testing/channel-contract.ts';
import type { TattleStore } from '../../../store/open-store.ts';
import { loadSwitchBoard } from '../../channel-switch.ts';
import { createTelling } from '../../telling/telling.ts';
import { startStoredApi } from '../../testing/stored-api.ts';
import { ChannelChanges } from '../channel-changes.ts';
import { LiveChannels } from '../live-channels.ts';
import { type SecretKey, secretKeyOf } from '../secret-key.ts';

export interface ReplicaOptions {
  /** Left out, one that all replicas of the test share. */
  readonly secretKey?: SecretKey;
  readonly allow?: readonly string[];
  readonly resolve?: Resolve;
  readonly routesTo?: (name: string) => readonly string[];
}

const SHARED_KEY = newKeyText();
/** Of the configuration. */
const OWN = { type: 'webhook', name: 'own', url: 'https://own.example/s3cret', format: 'tattle' };

export async function startReplica(store: TattleStore, options: ReplicaOptions = {}) {
  const { allow = [], resolve, routesTo = () => [] } = options;
  const heard = quiet();
  const clock = systemClock;
  const guarded = { allowList: parseAllowList(allow).allowList, ...(resolve === undefined ? {} : { resolve }) };
  const ways = { fetch: createGuardedFetch(guarded), connect: createGuardedConnect(guarded) };
  const switches = await loadSwitchBoard(store.settings, clock);
  const parts = {
    ...{ store: store.channels, secretKey: options.secretKey ?? secretKeyOf(SHARED_KEY, ''), switches, clock },
    logger: heard.logger,
  };
  const context = { ...ways, clock, trusted: false, linkTo: () => null } as const;
  const live = new LiveChannels({ ...parts, configured: [webhook.create(OWN, trustedContext())], context });
  const changes = new ChannelChanges({ ...parts, live, context, configuredSettings: [OWN], routesTo });
  await live.load();
  const deliveries = createOutboxRunner({
    outbox: store.outbox,
    channels: () => live.all(),
    readChannels: () => live.load(),
    channelSwitch: switches.board,
    clock,
    ...heard,
  });
  const telling = createTelling({
    store,
    outbox: store.outbox,
    deliveries,
    channels: () => live.all(),
    aboutChannel: (name) => live.about(name),
    policy: openPolicy,
    section: notifySettings.parse({}),
    wakeNotices: () => undefined,
    clock,
  });
  const api = await startStoredApi(store, clock.now(), { telling, channels: changes });
  const never = new AbortController().signal;
  return {
    ...api,
    live,
    changes,
    switches,
    deliveriesRunner: deliveries,
    lines: heard.lines,
    /** Sends a test message, and says what became of its first attempt. */
    tryOut: async (name: string) => {
      const { json, text } = await api.send('POST', `/api/v1/channels/${name}/test`, {});
      if (json.delivery === undefined) throw new Error(text);
      await deliveries.drain(never);
      const { items } = await store.outbox.deliveries({ ids: [json.delivery], limit: 1 });
      return items[0];
    },
  };
}

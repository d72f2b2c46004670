/** What every store must do with channels that people added: keep them byte for byte, let one change win, and tell every replica. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { StoredChannel } from '../../model/stored-channel.ts';
import { readOn } from './feed-readers.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const act = (by: string, at = NOW) => ({ by, at, detail: { settings: { at } } });

function channel(name: string, sealed = 'v1.k.x'): StoredChannel {
  return { name, type: 'webhook', settings: '{"b":1.50, "a":"\\ud800 ü"}', sealed };
}

export function channelsContract(open: OpenTestStore): void {
  it('keeps channels byte for byte, and says who made, changed and removed them', async () => {
    const opened = await open({ now: NOW });
    const { channels, audit, feed } = opened;
    const from = await feed.end();
    const [one, two] = [channel('ops'), channel('abc')];
    expect(await channels.addChannel(one, act('ann', 1))).toBe(true);
    expect(await channels.addChannel(two, act('ann', 2))).toBe(true);
    const replica = await opened.reopen();
    expect(await replica.channels.channels()).toEqual([two, one]);
    const changed = { ...one, settings: '{}', sealed: 'v1.k.y' };
    expect(await replica.channels.changeChannel(one, changed, act('bob', 3))).toBe(true);
    expect(await channels.removeChannel(two, act('eve', 4))).toBe(true);
    expect(await channels.channels()).toEqual([changed]);
    expect((await audit.entries({ limit: 9 })).items).toMatchObject([
      { at: 4, actor: 'eve', action: 'channel.delete', target: 'abc' },
      { at: 3, actor: 'bob', action: 'channel.change', target: 'ops', detail: { settings: { at: 3 } } },
      { at: 2, actor: 'ann', action: 'channel.create', target: 'abc' },
      { at: 1, actor: 'ann', action: 'channel.create', target: 'ops' },
    ]);
    expect((await readOn(feed, from, 4)).map(({ topics }) => topics)).toEqual(Array(4).fill(['settings']));
  });

  it('changes nothing, and tells of nothing, where the channel is not as it was seen', async () => {
    const { channels, audit } = await open({ now: NOW });
    const one = channel('ops');
    await channels.addChannel(one, act('ann'));
    expect(await channels.addChannel(channel('ops', 'v1.k.z'), act('bob'))).toBe(false);
    const stale = channel('ops', 'v1.k.old');
    expect(await channels.changeChannel(stale, channel('ops', 'v1.k.new'), act('bob'))).toBe(false);
    expect(await channels.removeChannel(stale, act('bob'))).toBe(false);
    expect(await channels.removeChannel(channel('none'), act('bob'))).toBe(false);
    expect(await channels.channels()).toEqual([one]);
    expect((await audit.entries({ limit: 9 })).items).toHaveLength(1);
  });

  it('lets one of many changes at once win', async () => {
    const opened = await open({ now: NOW });
    const replica = await opened.reopen();
    await opened.channels.addChannel(channel('ops'), act('ann'));
    const won = await Promise.all(
      [opened, replica, opened, replica].map((store, i) =>
        store.channels.changeChannel(channel('ops'), channel('ops', `v1.k.${String(i)}`), act('bob')),
      ),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await opened.audit.entries({ actions: ['channel.change'], limit: 9 })).items).toHaveLength(1);
  });

  it('tells every replica of each change within a second', async () => {
    const opened = await open({ now: NOW });
    const replica = await opened.reopen();
    let heard = 0;
    onTestFinished(replica.channels.onChannelsChange(() => (heard += 1)));
    const told = async (change: () => Promise<unknown>) => {
      const before = heard;
      await change();
      for (let waited = 0; heard === before && waited < 1000; waited += 20) await sleep(20);
      expect(heard).toBeGreaterThan(before);
    };
    // Listens for sure.
    await replica.channels.channels();
    await sleep(300);
    const changed = channel('ops', 'v1.k.2');
    await told(() => opened.channels.addChannel(channel('ops'), act('ann')));
    await told(() => opened.channels.changeChannel(channel('ops'), changed, act('ann')));
    await told(() => opened.channels.removeChannel(changed, act('ann')));
  });
}

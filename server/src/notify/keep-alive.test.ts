import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Channel, KeepAlive, ToldIncident } from '../model/delivery.ts';
import type { Logger } from '../model/ports/process.ts';
import type { OpenTold } from '../model/ports/telling.ts';
import { keepAlive } from './keep-alive.ts';
import { anIncident } from './testing/notices.ts';

const T0 = Date.UTC(2026, 10, 20);
const MINUTE = 60_000;
const told: ToldIncident = { incident: anIncident(), endedAt: null, diagnosis: null, event: null, receipt: 'r' };

function channelOf(name: string, push: KeepAlive['push'], everyMs = MINUTE): Channel {
  const deliver = () => Promise.reject(new Error('not expected here'));
  const preview = () => ({ contentType: 'text/plain', body: '' });
  return { name, type: 't', wants: new Set(), deliver, preview, keepAlive: { everyMs, endedForMs: 5 * MINUTE, push } };
}

/** Runs it beside the test; `pass` lets time pass, a second at a time. */
function started(
  channels: () => readonly Channel[],
  more: { told?: OpenTold; isOff?: (name: string) => boolean } = {},
) {
  const clock = new ManualClock(T0);
  const stop = new AbortController();
  const said: { level: string; channel: unknown; error?: unknown; text: string }[] = [];
  const say = (level: string) => (fields: object, text: string) => {
    said.push({ level, text, ...(fields as { channel: unknown }) });
  };
  const logger: Logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const store = more.told ?? { openTold: async () => [told] };
  const { metrics, counts } = quiet();
  const parts = { told: store, channels, isOff: more.isOff ?? (() => false), clock, logger, metrics };
  const ended = keepAlive(parts, stop.signal);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (ms: number) => {
    await settle();
    for (const end = clock.now() + ms; clock.now() < end; await settle()) clock.advanceTo(clock.now() + 1000);
  };
  const end = async () => {
    stop.abort(new Error('stopping'));
    await ended;
  };
  return { clock, pass, end, said, counts };
}

describe('keeping channels alive', () => {
  it('says at once, and every minute, what is told, and asks for what ended lately', async () => {
    const asked: unknown[][] = [];
    const pushed: (readonly ToldIncident[])[] = [];
    const store: OpenTold = {
      openTold: async (...question) => {
        asked.push(question);
        return [told];
      },
    };
    const push: KeepAlive['push'] = async (read) => {
      pushed.push(await read());
      return [];
    };
    const { pass, end } = started(() => [channelOf('am', push)], { told: store });
    await pass(0);
    expect(pushed).toEqual([[told]]);
    expect(asked).toEqual([['am', T0 - 5 * MINUTE, 10_000]]);
    await pass(3 * MINUTE);
    expect(pushed).toHaveLength(4);
    await end();
  });

  it('asks nothing for channels that remember, or are switched off, and takes up new ones', async () => {
    const pushes: string[] = [];
    const of = (name: string, everyMs?: number) =>
      channelOf(
        name,
        async () => {
          pushes.push(name);
          return [];
        },
        everyMs,
      );
    const { keepAlive: _, ...remembers } = of('slack');
    let channels: readonly Channel[] = [remembers, of('off')];
    const { pass, end } = started(() => channels, { isOff: (name) => name === 'off' });
    await pass(2 * MINUTE);
    expect(pushes).toEqual([]);
    channels = [...channels, of('am', 20_000)];
    await pass(MINUTE);
    expect(pushes).toEqual(['am']);
    await pass(MINUTE);
    expect(pushes).toHaveLength(4);
    await end();
  });

  it('goes on with the others where one throws, and says once that it fails and once that it is well', async () => {
    let failures: readonly string[] = ['am-0:9093: HTTP 500'];
    let well = 0;
    const channels = [
      channelOf('broken', () => Promise.reject(new Error('the store is away'))),
      channelOf('am', async () => failures),
      channelOf('well', async () => {
        well += 1;
        return [];
      }),
    ];
    const { pass, end, said, counts } = started(() => channels);
    await pass(3 * MINUTE);
    expect(well).toBe(4);
    const pushes = (channel: string, result: string) =>
      counts.get(`tattle_keep_alive_pushes_total${JSON.stringify({ channel, result })}`);
    expect([pushes('am', 'failed'), pushes('broken', 'failed'), pushes('well', 'taken')]).toEqual([4, 4, 4]);
    const ofAm = () => said.filter(({ channel }) => channel === 'am').map(({ level, error }) => [level, error]);
    expect(ofAm()).toEqual([['warn', 'am-0:9093: HTTP 500']]);
    failures = [];
    await pass(3 * MINUTE);
    expect(ofAm()).toEqual([
      ['warn', 'am-0:9093: HTTP 500'],
      ['info', undefined],
    ]);
    expect(said.filter(({ channel }) => channel === 'broken')).toHaveLength(7);
    await end();
  });

  it('ends while an end hangs', async () => {
    const hang: KeepAlive['push'] = (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(['am-0:9093: cancelled']));
      });
    const { pass, end, said, counts } = started(() => [channelOf('am', hang)]);
    await pass(0);
    await end();
    expect(said).toEqual([]);
    expect(counts.size).toBe(0);
  });

  it('says when there is more than it can say again', async () => {
    const many = Array.from({ length: 10_000 }, () => told);
    const push: KeepAlive['push'] = async (read) => {
      await read();
      return [];
    };
    const { pass, end, said } = started(() => [channelOf('am', push)], { told: { openTold: async () => many } });
    await pass(0);
    await end();
    expect(said).toMatchObject([{ level: 'warn', channel: 'am' }]);
  });
});

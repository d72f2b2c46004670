import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import { type Channel, type DeliveryOutcome, NOTICE_KINDS } from '../model/delivery.ts';
import type { Clock } from '../model/ports/process.ts';
import { webhook } from './channels/webhook/webhook.ts';
import { WAITS_MS } from './delivery-schedule.ts';
import { createOutboxRunner, type OutboxRunnerOptions } from './outbox-runner.ts';
import { trustedContext } from './testing/channel-contract.ts';
import { answers, type FaultyEndpoint, faultyEndpoint } from './testing/faulty-endpoint.ts';
import { MemoryOutbox } from './testing/memory-outbox.ts';
import { aNotice, anIncident } from './testing/notices.ts';

const never = new AbortController().signal;
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const failing: DeliveryOutcome = { kind: 'retry', error: 'HTTP 500', statusCode: 500 };
const delivered: DeliveryOutcome = { kind: 'delivered', statusCode: 200 };

function setUp(
  channels: readonly Channel[],
  more: Partial<OutboxRunnerOptions> = {},
  clock: Clock = new ManualClock(0),
) {
  const outbox = new MemoryOutbox();
  const off = new Set<string>();
  const heard = quiet();
  const runner = createOutboxRunner({
    outbox,
    channels: () => channels,
    channelSwitch: { isOff: (name) => off.has(name), switchOff: async (name) => void off.add(name) },
    clock,
    ...heard,
    random: () => 0,
    pollMs: 60_000,
    stopGraceMs: 2000,
    ...more,
  });
  const status = () => outbox.rows.map((row) => row.delivery.status);
  return { outbox, runner, off, status, ...heard };
}

const preview = () => ({ contentType: 'text/plain', body: '' });

function answering(name: string, answer: () => DeliveryOutcome): Channel & { sent: string[] } {
  const sent: string[] = [];
  return {
    name,
    type: 'test',
    wants: new Set(NOTICE_KINDS),
    preview,
    sent,
    deliver: async (notice) => (sent.push(notice.id), answer()),
  };
}

const notice = (id: string, incident = 'inc_1') => aNotice({ id, incident: anIncident({ id: incident }) });

describe('the outbox', () => {
  it('follows the schedule to the end, then writes the delivery off, and replays it on request', async () => {
    const clock = new ManualClock(0);
    const channel = answering('ops', () => failing);
    const { outbox, runner, status, counts } = setUp([channel], { policy: { breakerFailures: 1000 } }, clock);
    await outbox.addDeliveries(notice('m1'), ['ops'], 'pending', 0);
    const times: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      const before = channel.sent.length;
      await runner.drain(never);
      if (channel.sent.length > before) times.push(clock.now());
      clock.advanceTo(outbox.rows[0]?.delivery.nextAttemptAt ?? clock.now());
    }
    const waits = times.map((time, index) => time - (times[index - 1] ?? 0));
    expect(waits).toEqual([...WAITS_MS]);
    expect(status()).toEqual(['dead']);
    const ended = [...counts].filter(([name]) => name.startsWith('tattle_deliveries_ended_total'));
    expect(ended).toEqual([['tattle_deliveries_ended_total{"channel":"ops","status":"dead"}', 1]]);
    expect(await outbox.replayDeliveries({ statuses: ['dead'], limit: 10 }, clock.now())).toBe(1);
    await runner.drain(never);
    expect(channel.sent).toHaveLength(WAITS_MS.length + 1);
    expect(new Set(channel.sent)).toEqual(new Set(['m1']));
  });

  it('lets a Retry-After lengthen a wait, up to a day, and never shorten it', async () => {
    const clock = new ManualClock(0);
    const asked = [1, 90_000, 1e12];
    const channel = answering('ops', () => ({ ...failing, retryAfterMs: asked.shift() ?? 0 }));
    const { outbox, runner } = setUp([channel], { policy: { breakerFailures: 1000 } }, clock);
    await outbox.addDeliveries(notice('m1'), ['ops'], 'pending', 0);
    const waits: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await runner.drain(never);
      const next = outbox.rows[0]?.delivery.nextAttemptAt ?? 0;
      waits.push(next - clock.now());
      clock.advanceTo(next);
    }
    expect(waits).toEqual([5000, 300_000, 86_400_000]);
  });

  it('switches a channel off after 410, tells the rest of its queue, and leaves the others alone', async () => {
    const gone = answering('gone', () => ({ kind: 'gone', error: 'HTTP 410', statusCode: 410 }));
    const fine = answering('fine', () => delivered);
    const { outbox, runner, off, status } = setUp([gone, fine], { policy: { concurrency: 1 } });
    for (const id of ['m1', 'm2']) await outbox.addDeliveries(notice(id), ['gone', 'fine'], 'pending', 0);
    await runner.drain(never);
    expect([...off]).toEqual(['gone']);
    expect(gone.sent).toEqual(['m1']);
    expect(status()).toEqual(['disabled', 'delivered', 'disabled', 'delivered']);
    expect(runner.health().map(({ state }) => state)).toEqual(['off', 'ready']);
  });

  it('writes off what is for a channel that is not there any more, and says what to do', async () => {
    const { outbox, runner } = setUp([]);
    await outbox.addDeliveries(notice('m1'), ['renamed'], 'pending', 0);
    await runner.drain(never);
    expect(outbox.rows[0]?.delivery).toMatchObject({ status: 'dead', lastError: expect.stringContaining('replay') });
  });

  it('keeps the order within an incident only', async () => {
    const clock = new ManualClock(0);
    let fails = 1;
    const channel = answering('ops', () => (fails-- > 0 ? failing : delivered));
    const { outbox, runner } = setUp([channel], {}, clock);
    await outbox.addDeliveries(notice('first of 1', 'inc_1'), ['ops'], 'pending', 0);
    await outbox.addDeliveries(notice('second of 1', 'inc_1'), ['ops'], 'pending', 0);
    await outbox.addDeliveries(notice('first of 2', 'inc_2'), ['ops'], 'pending', 0);
    await runner.drain(never);
    expect(channel.sent).toEqual(['first of 1', 'first of 2']);
    clock.advanceTo(5000);
    await runner.drain(never);
    expect(channel.sent.slice(2)).toEqual(['first of 1', 'second of 1']);
  });

  it('stops asking an endpoint that keeps failing, and tries it with one delivery later', async () => {
    const clock = new ManualClock(0);
    const channel = answering('ops', () => failing);
    const policy = { concurrency: 1, breakerFailures: 3, openMs: 1000, openCapMs: 60_000 };
    const { outbox, runner } = setUp([channel], { policy }, clock);
    for (let incident = 0; incident < 9; incident += 1) {
      await outbox.addDeliveries(notice(`m${incident}`, `inc_${incident}`), ['ops'], 'pending', 0);
    }
    await runner.drain(never);
    expect(channel.sent).toHaveLength(3);
    expect(runner.health()[0]?.state).toBe('failing');
    clock.advanceTo(1000);
    await runner.drain(never);
    expect(channel.sent).toHaveLength(4);
  });

  it('keeps to the rate of each endpoint', async () => {
    const clock = new ManualClock(0);
    const channel = answering('ops', () => delivered);
    const { outbox, runner } = setUp([channel], { policy: { burst: 3, perSecond: 2 } }, clock);
    for (let incident = 0; incident < 9; incident += 1) {
      await outbox.addDeliveries(notice(`m${incident}`, `inc_${incident}`), ['ops'], 'pending', 0);
    }
    await runner.drain(never);
    expect(channel.sent).toHaveLength(3);
    clock.advanceTo(1000);
    await runner.drain(never);
    expect(channel.sent).toHaveLength(5);
  });

  it('gives a channel that answers 429 the rest that it asks for, and does not take it for broken', async () => {
    const clock = new ManualClock(0);
    let answer: DeliveryOutcome = { kind: 'retry', error: 'HTTP 429', statusCode: 429, retryAfterMs: 7000 };
    const channel = answering('ops', () => answer);
    const other = answering('mail', () => delivered);
    const { outbox, runner, status } = setUp([channel, other], { policy: { breakerFailures: 2 } }, clock);
    for (let incident = 0; incident < 6; incident += 1) {
      await outbox.addDeliveries(notice(`m${incident}`, `inc_${incident}`), ['ops', 'mail'], 'pending', 0);
    }
    await runner.drain(never);
    expect(channel.sent.length).toBeLessThanOrEqual(4);
    expect(other.sent).toHaveLength(6);
    const sentBefore = channel.sent.length;
    clock.advanceTo(6000);
    await runner.drain(never);
    expect(channel.sent).toHaveLength(sentBefore);
    answer = delivered;
    clock.advanceTo(8000);
    await runner.drain(never);
    expect(status().filter((each) => each === 'delivered')).toHaveLength(12);
    expect(runner.health()).toMatchObject([{ state: 'ready' }, { state: 'ready' }]);
  });

  it('keeps the pace that a channel bears', async () => {
    const clock = new ManualClock(0);
    const channel = { ...answering('ops', () => delivered), pace: { perSecond: 1, burst: 2 } };
    const { outbox, runner } = setUp([channel], {}, clock);
    for (let incident = 0; incident < 6; incident += 1) {
      await outbox.addDeliveries(notice(`m${incident}`, `inc_${incident}`), ['ops'], 'pending', 0);
    }
    await runner.drain(never);
    expect(channel.sent).toHaveLength(2);
    clock.advanceTo(2000);
    await runner.drain(never);
    expect(channel.sent).toHaveLength(4);
  });

  it('begins anew with a channel that was changed: what its endpoint did before says nothing of it', async () => {
    const clock = new ManualClock(0);
    const channels: Channel[] = [answering('ops', () => failing)];
    const { outbox, runner } = setUp(channels, { policy: { breakerFailures: 2 } }, clock);
    for (const id of ['m1', 'm2', 'm3']) await outbox.addDeliveries(notice(id, id), ['ops'], 'pending', 0);
    await runner.drain(never);
    expect(runner.health()).toMatchObject([{ state: 'failing' }]);
    const mended = answering('ops', () => delivered);
    channels.splice(0, 1, mended);
    expect(runner.health()).toMatchObject([{ state: 'ready' }]);
    await outbox.addDeliveries(notice('m4', 'm4'), ['ops'], 'pending', 0);
    await runner.drain(never);
    expect(mended.sent).toContain('m4');
  });

  it('looks once more for a channel that it does not know, before it takes it for gone', async () => {
    const added = answering('new', () => delivered);
    const channels: Channel[] = [];
    let looks = 0;
    const readChannels = async () => {
      looks += 1;
      if (!channels.includes(added)) channels.push(added);
    };
    const { outbox, runner, status } = setUp(channels, { readChannels });
    await outbox.addDeliveries(notice('m1', 'a'), ['new'], 'pending', 0);
    await outbox.addDeliveries(notice('m2', 'b'), ['gone'], 'pending', 0);
    await runner.drain(never);
    expect(added.sent).toEqual(['m1']);
    expect(status().sort()).toEqual(['dead', 'delivered']);
    expect(looks).toBeGreaterThan(0);
  });

  it('contains a channel that throws, and keeps what it said to itself', async () => {
    const rogue: Channel = {
      name: 'rogue',
      type: 'test',
      wants: new Set(NOTICE_KINDS),
      preview,
      deliver: () => Promise.reject(new TypeError('cannot reach https://hooks.example/s3cret')),
    };
    const { outbox, runner, lines } = setUp([rogue]);
    await outbox.addDeliveries(notice('m1'), ['rogue'], 'pending', 0);
    await runner.drain(never);
    expect(outbox.rows[0]?.delivery).toMatchObject({
      status: 'pending',
      lastError: expect.stringContaining('TypeError'),
    });
    expect(JSON.stringify([outbox.rows[0]?.delivery, lines])).not.toContain('s3cret');
  });
});

describe('the outbox over real HTTP', () => {
  async function channelTo(name: string, endpoint: FaultyEndpoint, timeoutSeconds = 5): Promise<Channel> {
    cleanups.push(() => endpoint.close());
    return webhook.create({ type: 'webhook', name, url: endpoint.url, timeoutSeconds }, trustedContext());
  }

  it('is not delayed for one endpoint by others that hang, flood, reset or fail', async () => {
    const good = await faultyEndpoint();
    const bad = [answers.hang, answers.flood, answers.reset, answers.status(500), answers.drip];
    const channels = [await channelTo('good', good)];
    const endpoints = await Promise.all(bad.map((answer) => faultyEndpoint(answer)));
    for (const [index, endpoint] of endpoints.entries()) channels.push(await channelTo(`bad-${index}`, endpoint, 50));
    const policy = { concurrency: 2, breakerFailures: 100, burst: 100 };
    const { outbox, runner } = setUp(channels, { policy }, systemClock);
    for (let incident = 0; incident < 12; incident += 1) {
      const names = channels.map((channel) => channel.name).reverse();
      await outbox.addDeliveries(notice(`m${incident}`, `inc_${incident}`), names, 'pending', systemClock.now());
    }
    const stop = new AbortController();
    const running = runner.run(stop.signal);
    await good.heard(12);
    stop.abort();
    await running;
    const ids = good.received.map(({ headers }) => String(headers['webhook-id']));
    expect(new Set(ids).size).toBe(12);
    expect(endpoints[0]?.received).toHaveLength(2);
    const hanging = outbox.rows.filter(({ delivery }) => delivery.channel === 'bad-0');
    expect(hanging.every(({ delivery, leasedUntil }) => delivery.attempts === 0 && leasedUntil === 0)).toBe(true);
  });

  it('sends again under the same id what was cut off by a stop', async () => {
    const endpoint = await faultyEndpoint(answers.hang);
    const { outbox, runner, status } = setUp([await channelTo('ops', endpoint, 50)], {}, systemClock);
    await outbox.addDeliveries(notice('m1'), ['ops'], 'pending', 0);
    const stop = new AbortController();
    const running = runner.run(stop.signal);
    await endpoint.heard(1);
    stop.abort();
    await running;
    expect(outbox.rows[0]?.delivery).toMatchObject({ status: 'pending', attempts: 0 });
    endpoint.answer = answers.status(200);
    await runner.drain(never);
    expect(status()).toEqual(['delivered']);
    expect(endpoint.received.map(({ headers }) => headers['webhook-id'])).toEqual(['m1', 'm1']);
  });
});

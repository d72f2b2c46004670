import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { Strand } from '../../model/incident.ts';
import type { AlertObservation, Arrival } from '../../model/observation.ts';
import type { RecentOccurrences } from '../../model/ports/recent.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { seriesOf } from '../../notify/event-rules/rule-key.ts';
import { compilePolicy } from '../../notify/policy/policy.ts';
import { notifySettings } from '../../notify/policy/settings.ts';
import { Connections } from '../../store/connections.ts';
import { recentOccurrences } from '../../store/recent-occurrences.ts';
import { change, CLUSTER, created, strand } from '../../store/testing/events.ts';
import { testStores } from '../../store/testing/open-test-store.ts';
import { silentLogger, startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { createEventRules } from './event-rule-service.ts';
import { RULE_COMPONENT } from './rule-alerts.ts';
import type { WarmingBounds } from './warming.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;
const MANY = {
  name: 'many',
  on: 'event',
  when: 'event.reason == "BackOff"',
  count: { atLeast: 50, withinSeconds: 600 },
};
const SERIES = seriesOf('many', [CLUSTER.uid]);
const OPEN = strand('inc_1', NOW - 5 * MINUTE, { aspect: `alert ${SERIES}`, condition: 'many' });

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

interface Starting {
  readonly rules?: readonly object[];
  readonly openAlerts?: readonly Strand[];
  readonly bounds?: WarmingBounds;
  /** Fails what is asked for so long as it answers true. */
  readonly isDown?: () => boolean;
}

/** What a process stored, and how the next one starts on it. */
async function stored() {
  const store = await open({ now: NOW });
  let uids = 0;
  const event = (at: number, more: object = {}) => created({ uid: `u${(uids += 1)}`, at, ...more });
  return {
    happened: (times: number, at: number, more: object = {}) =>
      store.store.commit(change(at, { created: Array.from({ length: times }, () => event(at, more)) })),
    said: async (uid: string, at: number, condition = 'many') => {
      const { event: triaged, ...rest } = event(at, { uid, component: RULE_COMPONENT });
      await store.store.commit(change(at, { created: [{ ...rest, event: { ...triaged, condition } }] }));
    },
    restart: async ({ rules = [MANY], openAlerts = [], bounds, isDown = () => false }: Starting = {}) => {
      const connections = new Connections({
        config: { connectionString: store.url },
        logger: silentLogger,
        poolSize: 2,
      });
      onTestFinished(() => connections.close());
      const compiled = compilePolicy(notifySettings.parse({ rules }), () => null);
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
      const clock = new ManualClock(NOW);
      const recent = await recentOccurrences(connections);
      const after = await store.reopen();
      const offered: string[] = [];
      const going = new Set(openAlerts);
      const observed = quiet();
      const service = createEventRules({
        ...observed,
        clock,
        rules: compiled.policy.eventRules,
        openAlerts: () => going,
        follow: () => undefined,
        recent: failing(recent, isDown),
        ...(bounds === undefined ? {} : { warmingBounds: bounds }),
        intake: {
          offer: async (arrivals: readonly Arrival[]) => {
            for (const arrival of arrivals) {
              if (arrival.kind !== 'observation') continue;
              const said = arrival.observation as AlertObservation;
              offered.push(saidBy(said));
              if (said.transition === 'cleared') going.clear();
            }
          },
        },
      });
      return {
        offered,
        ...observed,
        happens: async (times: number) => {
          const committed = change(clock.now(), {
            created: Array.from({ length: times }, () => event(clock.now())),
          });
          await after.store.commit(committed);
          service.see(committed);
        },
        /** Ticks each second; what was said meanwhile. */
        pass: async (ms: number) => {
          const before = offered.length;
          for (const end = clock.now() + ms; clock.now() < end; ) {
            clock.advanceTo(clock.now() + 1000);
            await service.tick();
          }
          return offered.slice(before);
        },
      };
    },
  };
}

function failing(recent: RecentOccurrences, isDown: () => boolean): RecentOccurrences {
  const check = () => {
    if (isDown()) throw new StoreUnavailable('gone for now');
  };
  return {
    since: (from) => {
      const reader = recent.since(from);
      return {
        next: async (limit) => {
          check();
          return reader.next(limit);
        },
      };
    },
    alertsOf: async (...asked) => {
      check();
      return recent.alertsOf(...asked);
    },
  };
}

function saidBy({ condition, transition, message }: AlertObservation): string {
  return `${condition} ${transition} ${/(?:at least )?\d+ times/.exec(message)?.[0] ?? ''}`.trim();
}

describe('event rules over a restart', () => {
  it('go on counting where they stood', async () => {
    const { happened, restart } = await stored();
    await happened(30, NOW - 2 * MINUTE);
    const { happens, pass } = await restart();
    await happens(19);
    expect(await pass(5000)).toEqual([]);
    await happens(1);
    await happens(30);
    expect(await pass(5000)).toEqual(['many raised 50 times']);
    expect(await pass(9 * MINUTE)).toEqual([]);
    expect(await pass(2 * MINUTE)).toEqual(['many cleared']);
  });

  it('count what is committed while they read once', async () => {
    const { happened, restart } = await stored();
    await happened(25, NOW - 2 * MINUTE);
    const { happens, pass } = await restart();
    await happens(24);
    expect(await pass(10_000)).toEqual([]);
    await happens(1);
    expect(await pass(1000)).toEqual(['many raised 50 times']);
  });

  it('tell once they know what was enough before the end, and was not told', async () => {
    const { happened, restart } = await stored();
    await happened(60, NOW - 2 * MINUTE);
    const { pass } = await restart();
    expect(await pass(5000)).toEqual(['many raised 60 times']);
  });

  it('say nothing again of what is open, and end it in time', async () => {
    const { happened, said, restart } = await stored();
    await happened(60, NOW - 5 * MINUTE);
    await said(`alert/${SERIES}/${NOW - 5 * MINUTE}`, NOW - 5 * MINUTE);
    const { pass } = await restart({ openAlerts: [OPEN] });
    expect(await pass(4.8 * MINUTE)).toEqual([]);
    expect(await pass(MINUTE / 2)).toEqual(['many cleared']);
  });

  it('say nothing again of what is open, also where only its incident tells', async () => {
    const { happened, restart } = await stored();
    await happened(60, NOW - 5 * MINUTE);
    const { pass } = await restart({ openAlerts: [OPEN] });
    expect(await pass(4.8 * MINUTE)).toEqual([]);
  });

  it('leave alone what somebody resolved while it goes on', async () => {
    const { happened, said, restart } = await stored();
    await happened(60, NOW - 5 * MINUTE);
    await said(`alert/${SERIES}/${NOW - 5 * MINUTE}`, NOW - 5 * MINUTE);
    const { pass } = await restart();
    expect(await pass(4 * MINUTE)).toEqual([]);
  });

  it('end soon after a start what has not gone on', async () => {
    const { happened, restart } = await stored();
    await happened(20, NOW - 5 * MINUTE);
    const { pass } = await restart({ openAlerts: [OPEN] });
    expect(await pass(30_000)).toEqual([]);
    expect(await pass(6000)).toEqual(['many cleared']);
  });

  it('keep silent after they spoke, over the restart as well', async () => {
    const { happened, said, restart } = await stored();
    const began = NOW - 40 * MINUTE;
    await said(`alert/${SERIES}/${began}`, began);
    await said(`alert/${SERIES}/${began}/cleared`, began + 15 * MINUTE);
    await happened(60, NOW - 2 * MINUTE);
    const { happens, pass } = await restart({ rules: [{ ...MANY, cooldownSeconds: 3600 }] });
    expect(await pass(19 * MINUTE)).toEqual([]);
    await happens(50);
    expect(await pass(MINUTE / 2)).toEqual([]);
    await pass(MINUTE);
    await happens(1);
    expect(await pass(MINUTE)).toEqual(['many raised 51 times']);
  });

  it('are ready each when its own window is read', async () => {
    const { happened, restart } = await stored();
    for (let hour = 1; hour < 20; hour += 1) await happened(600, NOW - hour * 60 * MINUTE);
    await happened(60, NOW - 2 * MINUTE);
    const day = { ...MANY, name: 'day', count: { atLeast: 10_000, withinSeconds: 86_400 } };
    const { pass, lines } = await restart({ rules: [MANY, day], bounds: { rows: 1000, ms: 60_000 } });
    const offered = await pass(5000);
    expect(offered).toEqual(['many raised 60 times']);
    const told = lines.filter((line) => line.includes('these rules count from'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('"rules":["day"]');
  });

  it('that could not read all of it count from what was read, and say so', async () => {
    const { happened, restart } = await stored();
    await happened(40, NOW - 9 * MINUTE);
    await happened(600, NOW - 8 * MINUTE, { reason: 'Pulled' });
    await happened(48, NOW - 2 * MINUTE);
    const { happens, pass } = await restart({ bounds: { rows: 1, ms: 60_000 }, openAlerts: [OPEN] });
    await pass(5000);
    await happens(1);
    // It was open; that it is not heard of any more is known when the rest of the window has passed.
    expect(await pass(MINUTE)).toEqual([]);
    expect(await pass(2 * MINUTE)).toEqual(['many cleared']);
  });

  it('wait for a store that is away, and miss nothing', async () => {
    const { happened, restart } = await stored();
    await happened(30, NOW - MINUTE);
    let isDown = true;
    const { happens, pass, lines } = await restart({ isDown: () => isDown });
    expect(await pass(2 * MINUTE)).toEqual([]);
    isDown = false;
    await happens(20);
    expect(await pass(5000)).toEqual(['many raised 50 times']);
    expect(lines.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
  });

  it('begin anew where the store does not tell them for ten minutes', async () => {
    const { restart } = await stored();
    const { happens, pass, lines } = await restart({ isDown: () => true });
    await happens(50);
    expect(await pass(9 * MINUTE)).toEqual([]);
    await happens(50);
    expect(await pass(2 * MINUTE)).toEqual(['many raised 50 times']);
    expect(lines.some((line) => line.includes('these rules count from'))).toBe(true);
  });

  it('are not told of what rules said', async () => {
    const { said, restart } = await stored();
    for (let n = 0; n < 60; n += 1) await said(`alert/${seriesOf('many', [`${n}`])}/${NOW - MINUTE}`, NOW - MINUTE);
    const { pass } = await restart();
    expect(await pass(5000)).toEqual([]);
  });
});

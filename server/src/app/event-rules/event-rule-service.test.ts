import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { Strand } from '../../model/incident.ts';
import type { AlertObservation, Arrival } from '../../model/observation.ts';
import { compilePolicy } from '../../notify/policy/policy.ts';
import { notifySettings } from '../../notify/policy/settings.ts';
import { change, created, strand } from '../../store/testing/events.ts';
import { createEventRules } from './event-rule-service.ts';
import { RULE_COMPONENT } from './rule-alerts.ts';

const NOW = Date.UTC(2026, 10, 26);

function serving(openAlerts: readonly Strand[] = [], rules: readonly object[] = [MANY]) {
  const compiled = compilePolicy(notifySettings.parse({ rules }), () => null);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const clock = new ManualClock(NOW);
  const offered: AlertObservation[] = [];
  const service = createEventRules({
    ...quiet(),
    clock,
    rules: compiled.policy.eventRules,
    openAlerts: () => openAlerts,
    follow: () => undefined,
    intake: {
      offer: async (arrivals: readonly Arrival[]) => {
        for (const arrival of arrivals)
          if (arrival.kind === 'observation') offered.push(arrival.observation as AlertObservation);
      },
    },
  });
  const happens = (component = 'kubelet') =>
    service.see(
      change(clock.now(), { created: [created({ uid: 'u1', namespace: 'shop', component, at: clock.now() })] }),
    );
  const later = async (ms: number) => {
    clock.advanceTo(clock.now() + ms);
    await service.tick();
    return offered.map(({ transition, series }) => `${transition} ${series.slice(0, 5)}`);
  };
  return { happens, later, offered };
}

const MANY = { name: 'many', on: 'event', when: 'true', count: { atLeast: 2, withinSeconds: 60, by: ['namespace'] } };

const openAlert = (series: string, condition: string): Strand =>
  strand('inc_1', NOW - 9, { aspect: `alert ${series}`, condition });

describe('event rules of a running server', () => {
  it('raise one alert while they fire, and end it', async () => {
    const { happens, later } = serving();
    happens();
    expect(await later(1000)).toEqual([]);
    happens();
    happens();
    expect(await later(1000)).toEqual(['raised rule-']);
    expect(await later(1000)).toEqual(['raised rule-']);
    expect(await later(90_000)).toEqual(['raised rule-', 'cleared rule-']);
  });

  it('are not asked about what rules said', async () => {
    const { happens, later } = serving();
    for (let times = 0; times < 9; times += 1) happens(RULE_COMPONENT);
    expect(await later(1000)).toEqual([]);
  });

  it('end after a restart what they do not find again within their window, and what no rule is for any more', async () => {
    const own = openAlert('rule-0123', 'many');
    const gone = openAlert('rule-4567', 'taken-out');
    const foreign = openAlert('89abcdef', 'many');
    const { later, offered } = serving([own, gone, foreign]);
    await later(10_000);
    expect(offered.map(({ condition, transition }) => [condition, transition])).toEqual([['taken-out', 'cleared']]);
    await later(51_000);
    expect(new Set(offered.map(({ series, transition }) => `${series} ${transition}`))).toEqual(
      new Set(['rule-4567 cleared', 'rule-0123 cleared']),
    );
  });

  it('go on after a restart where they find it again', async () => {
    const first = serving();
    first.happens();
    first.happens();
    await first.later(1000);
    const series = first.offered[0]?.series ?? '';
    const { happens, later, offered } = serving([openAlert(series, 'many')]);
    await later(30_000);
    happens();
    happens();
    await later(40_000);
    expect(offered.map(({ transition }) => transition)).toEqual(['raised']);
  });
});

import { describe, expect, it } from 'vitest';
import { type Channel, NOTICE_KINDS, TURNS } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { LastTold } from '../../model/ports/telling.ts';
import type { Silence } from '../../model/silence.ts';
import { anEvent, anIncident } from '../testing/notices.ts';
import { decide } from './decide.ts';
import { factsOf } from './facts.ts';
import { compilePolicy } from './policy.ts';
import type { Decided, Question, Situation } from './question.ts';
import { notifySettings } from './settings.ts';

const NOON = Date.UTC(2026, 10, 26, 12);
const taken = anIncident({ state: 'acknowledged' });
const all = new Set(NOTICE_KINDS);
const chat: Pick<Channel, 'name' | 'wants' | 'changesMessages'> = { name: 'chat', wants: all, changesMessages: true };
const hook = { name: 'hook', wants: all };
const mail = { name: 'mail', wants: new Set([...TURNS, 'digest'] as const) };
const CHANNELS = [chat, hook, mail];

function policyOf(notify: object) {
  const compiled = compilePolicy(notifySettings.parse(notify), () => null);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.policy;
}

function asking(kind: Question['kind'], incident: Incident, more: Partial<Question> = {}): Question {
  const event = anEvent();
  const facts = factsOf({ incident, event, diagnosis: null });
  const about = { kind, incident, event, facts, diagnosis: null };
  return { noticeId: `${kind}-1`, at: NOON, look: 0, route: '', step: 0, of: '', ...about, ...more };
}

const situation = (earlier: readonly Decided[], more: Partial<Situation> = {}): Situation => ({
  earlier: earlier.flatMap(({ decisions }) => decisions).toReversed(),
  ...{ silences: [], sources: [], rules: null, toldLately: new Map(), channels: CHANNELS },
  ...more,
});
const alone = (channel: string, acknowledgedBy: string | null = null): LastTold => ({
  channel,
  acknowledgedBy,
  isAlone: true,
});

function acknowledging(
  earlier: readonly Decided[],
  {
    notify = {},
    lastTold = CHANNELS.map(({ name }) => alone(name)),
    incident = taken,
    ...more
  }: {
    notify?: object;
    lastTold?: readonly LastTold[];
    incident?: Incident;
  } & Partial<Situation> = {},
): { readonly to: readonly string[]; readonly why: readonly string[]; readonly later: number } {
  const question = asking('acknowledged', incident, { acknowledgement: { by: 'ana', lastTold } });
  const { to, decisions, held, jobs } = decide(question, situation(earlier, more), policyOf(notify));
  const why = decisions.map(({ channel, verdict, reason }) => `${channel} ${verdict} ${reason}`.trim());
  return { to, why, later: held.length + jobs.length };
}

const opened = (notify: object = {}, more: Partial<Situation> = {}, at = NOON) =>
  decide(asking('opened', anIncident(), { at }), situation([], more), policyOf(notify));

describe('an acknowledgement', () => {
  it('is told to whoever was told of the incident and can do something with it', () => {
    expect(acknowledging([opened()])).toEqual({
      to: ['chat', 'hook'],
      why: ['chat told routed', 'hook told routed', 'mail withheld not-wanted'],
      later: 0,
    });
  });

  it('is told to nobody who was never told, and says so', () => {
    expect(acknowledging([])).toMatchObject({ to: [], why: ['withheld not-told-before'] });
    const notify = { routes: [{ name: 'all', to: ['hook'] }] };
    expect(acknowledging([opened(notify)], { notify })).toMatchObject({ to: ['hook'], why: ['hook told routed'] });
  });

  it('is not told where the beginning is still held back', () => {
    const quiet = { routes: [{ name: 'all', to: ['*'], quietHours: { from: '11:00', to: '13:00' } }] };
    const grouped = { routes: [{ name: 'all', to: ['*'], groupBy: ['namespace'] }] };
    for (const notify of [quiet, grouped]) {
      expect(opened(notify).held).not.toEqual([]);
      expect(acknowledging([opened(notify)], { notify })).toMatchObject({ to: [], why: ['withheld not-told-before'] });
    }
  });

  it('waits for nothing: no quiet hours, no summary, no group, no limit, no silence', () => {
    const silence: Silence = {
      ...{ id: 's1', matchers: [], startsAt: 0, endsAt: NOON + 1000, createdBy: 'bob', createdAt: 0, comment: '' },
      ...{ expiredAt: null, scope: 'everything' },
    };
    const route = { name: 'all', to: ['*'] };
    for (const more of [
      { quietHours: { from: '11:00', to: '13:00' } },
      { digest: { at: '08:00' } },
      { groupBy: ['namespace'] },
      { limit: { notices: 1, perMinutes: 10 } },
    ]) {
      const toldLately = new Map([['all', 100]]);
      const notify = { routes: [{ ...route, ...more }] };
      const told = acknowledging([opened({ routes: [route] })], { notify, toldLately, silences: [silence] });
      expect(told).toMatchObject({ to: ['chat', 'hook'], later: 0 });
    }
  });

  it('says nothing that was said: neither with the first notice nor by the same person again', () => {
    const lastTold = [alone('chat', 'ana'), alone('hook', 'bob'), alone('mail')];
    const { to, why } = acknowledging([opened()], { lastTold });
    expect(to).toEqual(['hook']);
    expect(why[0]).toBe('chat withheld nothing-new');
  });

  it('leaves a message as it is that told of several incidents, or summed them up', () => {
    const together = [{ channel: 'chat', acknowledgedBy: null, isAlone: false }];
    for (const lastTold of [together, []]) {
      const { to, why } = acknowledging([opened()], { lastTold });
      expect(to).toEqual(['hook']);
      expect(why[0]).toBe('chat withheld grouped');
    }
  });

  it('is none any more of what is over, came back, or lives on in another incident', () => {
    const told = [opened()];
    for (const state of ['resolved', 'regressed'] as const) {
      const incident = anIncident({ state });
      expect(acknowledging(told, { incident })).toMatchObject({ to: [], why: ['withheld over'] });
    }
    const incident = anIncident({ state: 'acknowledged', mergedInto: 'other' });
    expect(acknowledging(told, { incident })).toMatchObject({ to: [], why: ['withheld merged'] });
  });

  it('is told by no route that does not tell of it', () => {
    const notify = { routes: [{ name: 'all', to: ['*'], notices: ['opened', 'resolved'] }] };
    expect(acknowledging([opened(notify)], { notify })).toMatchObject({ to: [], why: ['withheld not-wanted'] });
  });
});

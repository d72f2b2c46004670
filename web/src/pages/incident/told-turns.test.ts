import type { WireNoticeDecision } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { holdOf, turnsOf } from './told-turns.ts';

const at = (second: number) => new Date(Date.parse('2026-02-01T12:00:00Z') + second * 1000).toISOString();
const decision = (change: Partial<WireNoticeDecision>): WireNoticeDecision => ({
  ...{ at: at(0), notice: 'opened', verdict: 'told', reason: 'routed', because: 'By route ops.', route: 'ops' },
  ...{ channel: 'discord', rule: '', until: null, by: '', delivery: null },
  ...change,
});
const held = (second: number, change: Partial<WireNoticeDecision> = {}) =>
  decision({
    at: at(second),
    verdict: 'held',
    reason: 'inhibited',
    channel: '',
    by: 'node',
    until: at(second + 900),
    ...change,
  });

describe('the turns of an incident', () => {
  it('gather what was decided at once, for each channel', () => {
    const turns = turnsOf([decision({ at: at(60), notice: 'worse' }), decision({}), decision({ channel: 'mail' })]);
    expect(turns.map(({ notice, lines }) => [notice, lines.map(({ channel }) => channel)])).toEqual([
      ['worse', ['discord']],
      ['opened', ['discord', 'mail']],
    ]);
  });

  it('are one line where it was looked at again and again with one outcome', () => {
    const turns = turnsOf([decision({ at: at(3000) }), held(2000), held(1000), held(0)]);
    expect(turns.map(({ lines }) => lines.map(({ times }) => times))).toEqual([[1], [3]]);
    expect(turns[1]?.at).toBe(at(2000));
  });

  it('never make one of two messages that were sent', () => {
    const sent = (id: string) => ({ id, status: 'delivered' as const, lastError: null });
    const reminders = [2, 1].map((hour) =>
      decision({ at: at(hour * 3600), notice: 'reminder', delivery: sent(String(hour)) }),
    );
    expect(turnsOf(reminders)).toHaveLength(2);
  });
});

describe('what holds it back', () => {
  const now = Date.parse(at(100));

  it('is the newest word, while it lasts', () => {
    expect(holdOf([held(0)], now)?.by).toBe('node');
    expect(holdOf([held(-3000)], now)).toBeNull();
    expect(holdOf([decision({ at: at(50) }), held(0)], now)).toBeNull();
    expect(holdOf([], now)).toBeNull();
  });

  it('is no silence: those are asked for themselves, since one may begin after somebody was told', () => {
    expect(holdOf([held(0, { reason: 'silenced' })], now)).toBeNull();
  });
});

import type { WireStatus } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { isFinished, type Seen, type Step, stepsOf } from './steps.ts';

const AT = '2026-01-31T14:00:00.000Z';

function aStatus(health: WireStatus['streams'][number]['health'], received = 3): WireStatus {
  return {
    version: '1',
    startedAt: AT,
    now: AT,
    ready: true,
    streams: [
      { cluster: 'c1', clusterName: 'prod', stream: 'v1/events', health, since: AT, lastHeard: AT, detail: '' },
    ],
    gaps: [],
    store: { available: true, detail: '' },
    queue: { arrivals: 0, capacity: 10, jobs: {} },
    tally: { received, stored: 0, repeats: 0, dropped: {}, observed: 0, occurrences: 0 },
    sinks: [],
    notices: [],
  };
}

const ALL_WELL: Seen = {
  status: aStatus('watching'),
  namespaces: ['shop'],
  monitored: { count: 1, of: 4 },
  lastEvent: AT,
  channels: { count: 1, failing: 0 },
  hasDelivered: true,
  hasTested: true,
};

function stateOf(name: Step['name'], seen: Partial<Seen>): string | undefined {
  return stepsOf({ ...ALL_WELL, ...seen }).find((step) => step.name === name)?.state;
}

describe('the first steps', () => {
  it('are finished when all is well', () => {
    expect(isFinished(stepsOf(ALL_WELL))).toBe(true);
    expect(isFinished(stepsOf({ ...ALL_WELL, hasTested: false }))).toBe(false);
  });

  it('need a cluster that is watched, not one that is named', () => {
    expect(stateOf('cluster', { status: aStatus('denied') })).toBe('problem');
    expect(stateOf('cluster', { status: aStatus('listing') })).toBe('waiting');
    expect(stateOf('cluster', { status: { ...aStatus('watching'), streams: [] } })).toBe('problem');
  });

  it('tell a choice that was not made from one that matches nothing', () => {
    expect(stateOf('namespaces', { namespaces: [] })).toBe('todo');
    expect(stateOf('namespaces', { monitored: { count: 0, of: 4 } })).toBe('problem');
    expect(stateOf('namespaces', { namespaces: 'all' })).toBe('done');
  });

  it('tell events that were all left out from a quiet cluster', () => {
    expect(stateOf('events', { lastEvent: null })).toBe('problem');
    expect(stateOf('events', { lastEvent: null, status: aStatus('watching', 0) })).toBe('waiting');
  });

  it('count a channel only once something reached it', () => {
    expect(stateOf('channel', { channels: { count: 0, failing: 0 } })).toBe('todo');
    expect(stateOf('channel', { hasDelivered: false })).toBe('todo');
    expect(stateOf('channel', { channels: { count: 2, failing: 1 } })).toBe('problem');
  });

  it('do not hold up those who may not see a part of it', () => {
    const seen = { ...ALL_WELL, namespaces: null, channels: null, hasDelivered: false };
    expect(isFinished(stepsOf(seen))).toBe(true);
  });
});

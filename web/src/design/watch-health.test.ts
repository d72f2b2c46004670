import type { WireStatus } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { clusterWatches, pausesSince, standingOf, type Stream, streamWords } from './watch-health.ts';

const HEARD = '2026-01-31T14:00:00.000Z';
const well = { available: true, detail: '' };

function stream(health: Stream['health'], path = 'events.k8s.io/v1/events', cluster = 'c1'): Stream {
  return {
    cluster,
    clusterName: `name of ${cluster}`,
    stream: path,
    health,
    since: HEARD,
    lastHeard: HEARD,
    detail: '',
  };
}

function gap(path: string, from: string, to: string | null): WireStatus['gaps'][number] {
  return { cluster: 'c1', clusterName: 'prod', stream: path, reason: 'not-running', from, to, detail: '' };
}

describe('whether a cluster is watched', () => {
  const stateOf = (...streams: Stream[]) => clusterWatches({ streams })[0]?.state;

  it('is well only where everything is', () => {
    expect(stateOf(stream('watching'), stream('watching', 'v1/pods'))).toBe('well');
    expect(stateOf(stream('watching'), stream('denied', 'v1/pods'))).toBe('partly');
  });

  it('is blind where events are not watched, whatever else is', () => {
    expect(stateOf(stream('denied'), stream('watching', 'v1/pods'))).toBe('blind');
    expect(stateOf(stream('stale'))).toBe('blind');
    expect(stateOf(stream('watching', 'v1/pods'))).toBe('blind');
  });

  it('is partly watched where the events of one namespace are missing', () => {
    expect(stateOf(stream('watching', 'v1/events@shop'), stream('denied', 'v1/events@web'))).toBe('partly');
  });

  it('starts while it lists', () => {
    expect(stateOf(stream('listing'), stream('watching', 'v1/pods'))).toBe('starting');
  });

  it('names what is wrong with events first', () => {
    const [cluster] = clusterWatches({ streams: [stream('denied', 'v1/pods'), stream('denied')] });
    expect(cluster?.troubles.map((each) => each.stream)).toEqual(['events.k8s.io/v1/events', 'v1/pods']);
  });
});

describe('whether Tattle is watching', () => {
  it('is not where the store is down, nothing is watched, or nothing is monitored', () => {
    const streams = [stream('watching')];
    expect(standingOf({ streams, store: { available: false, detail: 'full' } }, false)).toEqual({
      kind: 'blind',
      because: 'store',
    });
    expect(standingOf({ streams: [], store: well }, false)).toEqual({ kind: 'blind', because: 'no-cluster' });
    expect(standingOf({ streams, store: well }, true)).toEqual({ kind: 'blind', because: 'nothing-monitored' });
  });

  it('tells a denial from a server that does not answer', () => {
    expect(standingOf({ streams: [stream('denied')], store: well }, false)).toEqual({
      kind: 'blind',
      because: 'denied',
    });
    expect(standingOf({ streams: [stream('unreachable')], store: well }, false)).toEqual({
      kind: 'blind',
      because: 'unreachable',
    });
  });

  it('counts the clusters that are not watched beside those that are', () => {
    const streams = [stream('watching'), stream('stale', 'v1/events', 'c2')];
    expect(standingOf({ streams, store: well }, false)).toEqual({ kind: 'watching', blindClusters: 1 });
  });

  it('starts before it watches', () => {
    expect(standingOf({ streams: [stream('starting')], store: well }, false)).toEqual({ kind: 'starting' });
  });
});

describe('pauses', () => {
  const since = Date.parse('2026-01-31T00:00:00.000Z');

  it('are one where many streams share them', () => {
    const gaps = [
      gap('v1/pods', '2026-01-31T10:00:01.000Z', '2026-01-31T10:05:00.000Z'),
      gap('v1/events', '2026-01-31T10:00:02.000Z', '2026-01-31T10:05:09.000Z'),
    ];
    expect(pausesSince(gaps, since)).toMatchObject([
      { from: '2026-01-31T10:00:01.000Z', to: '2026-01-31T10:05:09.000Z', streams: ['v1/pods', 'v1/events'] },
    ]);
  });

  it('are left out once they ended before, and kept while they last', () => {
    const gaps = [
      gap('v1/pods', '2026-01-29T10:00:00.000Z', '2026-01-29T10:05:00.000Z'),
      gap('v1/events', '2026-01-29T10:00:00.000Z', null),
    ];
    expect(pausesSince(gaps, since)).toMatchObject([{ to: null }]);
  });
});

it('says what is watched without the words of the API', () => {
  expect(streamWords('events.k8s.io/v1/events')).toBe('events');
  expect(streamWords('v1/events@shop')).toBe('events in shop');
});

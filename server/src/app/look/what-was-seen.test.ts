import { describe, expect, it } from 'vitest';
import type { StreamStatus, WatchHealth } from '../../model/ports/source.ts';
import { isSeen, notesOf, verdictOf } from './what-was-seen.ts';

function stream(name: string, health: WatchHealth, detail = '', cluster = 'prod'): StreamStatus {
  return { cluster: { uid: cluster, name: cluster }, stream: name, health, since: 0, lastHeard: null, detail };
}

const EVENTS = 'events.k8s.io/v1/events';

describe('what was seen', () => {
  it('is all once the events of every cluster are settled', () => {
    expect(isSeen([stream('v1/pods', 'watching')], 1)).toBe(false);
    expect(isSeen([stream(EVENTS, 'listing')], 1)).toBe(false);
    expect(isSeen([stream(EVENTS, 'watching')], 1)).toBe(true);
    expect(isSeen([stream('v1/events@shop', 'denied')], 1)).toBe(true);
    expect(isSeen([stream(EVENTS, 'watching'), stream(EVENTS, 'watching')], 2)).toBe(false);
    expect(isSeen([stream(EVENTS, 'watching'), stream(EVENTS, 'watching', '', 'dev')], 2)).toBe(true);
  });

  it('is told where it is less than was asked for', () => {
    expect(notesOf([stream('v1/pods', 'watching'), stream(EVENTS, 'watching')], 1)).toEqual([]);
    const late = notesOf([stream('batch/v1/jobs', 'starting'), stream('v1/pods', 'unreachable', 'timed out')], 1);
    expect(late).toEqual([
      'prod: batch/v1/jobs was not seen in time',
      'prod: v1/pods was not seen in time: timed out',
      'Events were not seen in time: --for-seconds waits longer.',
    ]);
    const denied = notesOf([stream('v1/nodes', 'denied', 'forbidden\nkind: Role'), stream(EVENTS, 'watching')], 1);
    expect(denied).toEqual(['prod: v1/nodes is denied: forbidden', expect.stringContaining('tattle doctor')]);
  });

  it('is nothing where all is denied, or nobody answers', () => {
    expect(verdictOf([stream('v1/pods', 'watching'), stream(EVENTS, 'denied')])).toBeNull();
    expect(verdictOf([stream('v1/pods', 'denied', 'forbidden')])).toEqual({
      kind: 'denied',
      detail: 'cluster prod: forbidden',
    });
    expect(verdictOf([stream('connection', 'unreachable', 'refused')])).toEqual({
      kind: 'unreachable',
      detail: 'cluster prod: refused',
    });
    expect(verdictOf([stream('connection', 'starting')])?.detail).toContain('did not answer in time');
  });
});

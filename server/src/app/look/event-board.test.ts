import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import { CursorError } from '../../model/ports/store.ts';
import type { EventFilter } from '../../model/query.ts';
import { EventBoard } from './event-board.ts';

function event(changes: Partial<ClusterEvent> = {}): ClusterEvent {
  const object = { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'p1' };
  return {
    ...{ uid: 'e1', cluster: 'c1', clusterName: 'lab', origin: 'event', type: 'Warning', reason: 'BackOff' },
    ...{ message: 'Back-off pulling image', count: 1, firstSeen: 1000, lastSeen: 2000, ingestedAt: 2500 },
    ...{ category: 'Image', severity: 'high', condition: 'ImagePullBackOff', fingerprint: 'v1:f' },
    ...{ correlationId: 'v1:c', incidentId: null, object, rootOwner: object, node: 'node-1', labels: {} },
    source: 'kubelet',
    ...changes,
  };
}

const boardOf = (events: readonly ClusterEvent[], most?: number) => {
  const board = new EventBoard(most);
  for (const each of events) board.put(each);
  return board;
};
const uids = (board: EventBoard, filter: EventFilter) => board.page(filter, { limit: 100 }).items.map(({ uid }) => uid);

describe('a board of events', () => {
  it('shows each once, as it was last seen, the most recent first', () => {
    const board = boardOf([
      event({ uid: 'a' }),
      event({ uid: 'b', lastSeen: 3000 }),
      event({ uid: 'a', lastSeen: 4000, count: 7 }),
    ]);
    const { items } = board.page({ fields: {} }, { limit: 100 });
    expect(items.map(({ uid, count }) => [uid, count])).toEqual([
      ['a', 7],
      ['b', 1],
    ]);
  });

  it('gives every event once over its pages, also while more come', () => {
    const many = Array.from({ length: 25 }, (_, index) => event({ uid: `e${index}`, lastSeen: 1000 + (index % 5) }));
    const board = boardOf(many);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = board.page({ fields: {} }, { limit: 4, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.items.map(({ uid }) => uid));
      cursor = page.nextCursor;
      board.put(event({ uid: `new${seen.length}`, lastSeen: 9000 }));
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(many.map(({ uid }) => uid).toSorted());
  });

  it('tells two clusters with the same uid apart', () => {
    const board = boardOf([event(), event({ cluster: 'c2', clusterName: 'prod' })]);
    expect(board.page({ fields: { cluster: ['prod'] } }, { limit: 9 }).items).toHaveLength(1);
    expect(board.page({ fields: {} }, { limit: 9 }).items).toHaveLength(2);
  });

  it('refuses cursors that it did not give out', () => {
    for (const cursor of [
      '',
      'x',
      Buffer.from('[1]').toString('base64url'),
      Buffer.from('null').toString('base64url'),
    ]) {
      expect(() => boardOf([event()]).page({ fields: {} }, { limit: 1, cursor })).toThrow(CursorError);
    }
  });

  it('forgets the longest unseen beyond its bound, and says so', () => {
    const board = boardOf([event({ uid: 'a' }), event({ uid: 'b' })], 2);
    expect(board.page({ fields: {} }, { limit: 9 }).partial).toBe(false);
    board.put(event({ uid: 'a', count: 2 }));
    board.put(event({ uid: 'c' }));
    const page = board.page({ fields: {} }, { limit: 9 });
    expect(page.items.map(({ uid }) => uid).toSorted()).toEqual(['a', 'c']);
    expect(page.partial).toBe(true);
  });
});

describe('a filter', () => {
  const board = boardOf([
    event({ uid: 'pull', labels: { app: 'web' } }),
    event({
      uid: 'node',
      type: 'Normal',
      reason: 'NodeNotReady',
      message: 'Node is down',
      firstSeen: 5000,
      lastSeen: 6000,
    }),
  ]);

  it.each<[string, EventFilter, string[]]>([
    ['values of one field are alternatives', { fields: { reason: ['BackOff', 'NodeNotReady'] } }, ['node', 'pull']],
    ['fields add up', { fields: { reason: ['BackOff'], type: ['Normal'] } }, []],
    ['! leaves out', { fields: { reason: ['!BackOff'] } }, ['node']],
    ['a range is half-open at its end', { fields: {}, to: 5000 }, ['pull']],
    ['and holds its beginning', { fields: {}, from: 2000 }, ['node', 'pull']],
    ['an event that ended before is not in it', { fields: {}, from: 2001 }, ['node']],
    ['labels', { fields: {}, labels: { app: 'web' } }, ['pull']],
    ['every word, whatever its case', { fields: {}, text: 'PULLING back' }, ['pull']],
    ['words of the reason, too', { fields: {}, text: 'nodenotready' }, ['node']],
  ])('%s', (_name, filter, expected) => {
    expect(uids(board, filter)).toEqual(expected);
  });
});

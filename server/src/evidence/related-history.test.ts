import { expect, it } from 'vitest';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { Incident } from '../model/incident.ts';
import type { EventFilter } from '../model/query.ts';
import { relatedEventsFrom } from './related-history.ts';

it('asks for the events of the incident, its root and its subject, and gives each once, the newest first', async () => {
  const asked: EventFilter[] = [];
  const event = (uid: string, lastSeen: number) => ({ uid, lastSeen }) as ClusterEvent;
  const pages = [[event('a', 1), event('b', 5)], [event('b', 5), event('c', 3)], [event('d', 4)]];
  const related = relatedEventsFrom({
    events: async (filter) => {
      asked.push(filter);
      return { items: pages[asked.length - 1] ?? [], nextCursor: null, partial: false };
    },
  });
  const incident = {
    id: 'inc_1',
    cluster: { uid: 'u', name: 'n' },
    openedAt: 3_600_000,
    root: { kind: 'Node', namespace: '', name: 'node-1', uid: '' },
    subject: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'w' },
  } as unknown as Incident;
  const events = await related(incident, [], 3, new AbortController().signal);
  expect(events.map(({ uid }) => uid)).toEqual(['b', 'd', 'c']);
  expect(asked).toEqual([
    { fields: { incident: ['inc_1'] } },
    { from: 0, fields: { cluster: ['u'], kind: ['Node'], name: ['node-1'] } },
    { from: 0, fields: { cluster: ['u'], kind: ['Pod'], name: ['web'], namespace: ['shop'] } },
  ]);
});

it('keeps places for the events of the claims beside it, however much it has to say itself', async () => {
  const event = (uid: string, lastSeen: number) => ({ uid, lastSeen }) as ClusterEvent;
  const asked: EventFilter[] = [];
  const related = relatedEventsFrom({
    events: async (filter) => {
      asked.push(filter);
      const isClaim = filter.fields?.['kind']?.[0] === 'PersistentVolumeClaim';
      const own = Array.from({ length: 9 }, (_, index) => event(`own-${index}`, 100 + index));
      return { items: isClaim ? [event('claim', 1)] : own, nextCursor: null, partial: false };
    },
  });
  const ref = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' };
  const incident = { id: 'i', cluster: { uid: 'u', name: 'n' }, openedAt: 0, root: ref, subject: ref };
  const claim = { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'files', uid: '' };
  const events = await related(incident as unknown as Incident, [claim], 3, new AbortController().signal);
  expect(events.map(({ uid }) => uid)).toEqual(['own-8', 'own-7', 'claim']);
  expect(asked.at(-1)?.fields).toMatchObject({ kind: ['PersistentVolumeClaim'], name: ['files'], namespace: ['shop'] });
});

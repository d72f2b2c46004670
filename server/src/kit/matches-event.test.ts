/** Filters over events at hand; that the store says the same is part of the store's contract. */
import { expect, it } from 'vitest';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { EventFilter } from '../model/query.ts';
import { matchesEvent } from './matches-event.ts';

const EVENT: ClusterEvent = {
  uid: 'u',
  cluster: 'c-uid',
  clusterName: 'east',
  origin: 'event',
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
  count: 3,
  firstSeen: 1_000,
  lastSeen: 2_000,
  ingestedAt: 2_000,
  category: 'Crash',
  severity: 'high',
  condition: 'CrashLoopBackOff',
  fingerprint: 'v1:0',
  correlationId: 'v1:1',
  incidentId: null,
  object: { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'o' },
  rootOwner: { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: '' },
  node: '',
  labels: { app: 'cart', constructor: 'x' },
  source: 'kubelet',
};

const matches = (filter: Partial<EventFilter>, event: Partial<ClusterEvent> = {}) =>
  matchesEvent({ fields: {}, ...filter }, { ...EVENT, ...event });

it('takes everything without a filter, and half-open times', () => {
  expect(matches({})).toBe(true);
  expect(matches({ from: 2_000 })).toBe(true);
  expect(matches({ from: 2_001 })).toBe(false);
  expect(matches({ to: 2_000 })).toBe(false);
  expect(matches({ to: 2_001 })).toBe(true);
});

it('finds a cluster by uid and by name, and leaves it out by either', () => {
  expect(matches({ fields: { cluster: ['east'] } })).toBe(true);
  expect(matches({ fields: { cluster: ['other', 'c-uid'] } })).toBe(true);
  expect(matches({ fields: { cluster: ['!east'] } })).toBe(false);
  expect(matches({ fields: { cluster: ['c-uid', '!east'] } })).toBe(false);
});

it('finds an event of no incident by no incident, and leaves it out for none', () => {
  expect(matches({ fields: { incident: [''] } })).toBe(false);
  expect(matches({ fields: { incident: ['!'] } })).toBe(true);
  expect(matches({ fields: { incident: ['!i'] } }, { incidentId: 'i' })).toBe(false);
});

it('asks labels for their own keys, and repairs what is asked as what is stored was', () => {
  expect(matches({ labels: { app: 'cart' } })).toBe(true);
  expect(matches({ labels: { app: 'cart', tier: 'web' } })).toBe(false);
  expect(matches({ labels: { constructor: 'x' } })).toBe(true);
  expect(matches({ labels: { toString: 'x' } })).toBe(false);
  expect(matches({ fields: { reason: ['Back\0Off'] }, text: 'RESTART\0ING' })).toBe(true);
  expect(matches({ fields: { reason: ['a\ud800'] } }, { reason: 'a\ufffd' })).toBe(true);
});

it('looks for every word, case folded, in the message, the reason or the name', () => {
  expect(matches({ text: ' CART-1  back restart ' })).toBe(true);
  expect(matches({ text: 'back nowhere' })).toBe(false);
  expect(matches({ text: '%' })).toBe(false);
});

it('stays inside its scope', () => {
  const shop = [{ cluster: 'east', namespaces: ['sh*'] }];
  expect(matches({ scope: shop })).toBe(true);
  expect(matches({ scope: [] })).toBe(false);
  expect(matches({ scope: shop }, { object: { ...EVENT.object, namespace: '' } })).toBe(false);
});

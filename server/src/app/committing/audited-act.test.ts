import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../../model/incident-command.ts';
import { change, incident, strand } from '../../store/testing/events.ts';
import { type OpenTestStore, testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { actingOn } from '../acting.ts';
import { auditedAct } from './audited-act.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

let server: TestServer;
let open: OpenTestStore;
beforeAll(async () => {
  server = await startTestServer();
  open = testStores(() => server);
});
afterAll(() => server.close());

const audited = (command: Command, ...changed: string[]) => auditedAct(command, changed, NOW, 'key');

test('the actor is the principal, and the name that was put on it is told beside', () => {
  const base = { kind: 'acknowledge', id: 'i', by: 'on call', text: '' } as const;
  expect(audited({ ...base, actor: 'oidc:ann' }, 'i')).toEqual({
    at: NOW,
    actor: 'oidc:ann',
    action: 'incident.acknowledge',
    target: 'i',
    detail: { as: 'on call' },
    key: 'key',
  });
  expect(audited({ ...base, actor: 'on call' }, 'i')).toMatchObject({ actor: 'on call', detail: {} });
  expect(audited(base, 'i')).toMatchObject({ actor: 'on call', detail: {} });
});

test('what was merged, split or taken back is told with what was said', () => {
  const base = { id: 'i', by: 'ann', text: 'same disk' };
  expect(audited({ ...base, kind: 'merge', others: ['j', 'k'] }, 'i', 'j', 'k').detail).toEqual({
    text: 'same disk',
    others: ['j', 'k'],
    changed: ['j', 'k'],
  });
  expect(audited({ ...base, kind: 'split', objects: ['Pod/a'], conditions: [] }, 'new', 'i')).toMatchObject({
    action: 'incident.split',
    target: 'i',
    detail: { text: 'same disk', objects: ['Pod/a'], conditions: [], changed: ['new'] },
  });
  expect(audited({ ...base, kind: 'unmerge' }, 'i', 'j').detail).toEqual({ text: 'same disk', changed: ['j'] });
});

test('an act on an incident is in the trail with what it changed; one that is refused is not', async () => {
  const opened = await open({ now: NOW });
  const [one, two] = [randomUUID(), randomUUID()];
  const root = { kind: 'Deployment', namespace: 'shop', name: 'web', uid: '' };
  await opened.store.commit(
    change(NOW, {
      incidents: [incident(one, NOW), incident(two, NOW, { root })],
      strands: [strand(one, NOW), strand(two, NOW, { root })],
    }),
  );
  const act = actingOn(opened.store, opened.clock);
  const by = { by: 'Ann', actor: 'oidc:ann' };
  expect(await act({ kind: 'acknowledge', id: one, text: 'on it', ...by })).toMatchObject({ refusal: null });
  expect(await act({ kind: 'merge', id: one, others: [two], text: '', ...by })).toMatchObject({ refusal: null });
  expect(await act({ kind: 'unmerge', id: two, text: 'no', ...by })).toMatchObject({ refusal: null });
  const { refusal } = await act({ kind: 'unmerge', id: two, text: 'again', ...by });
  expect(refusal).not.toBeNull();
  const { items } = await opened.audit.entries({ actors: ['oidc:ann'], limit: 9 });
  expect(items.map(({ action, target, detail }) => [action, target, detail])).toEqual([
    ['incident.unmerge', two, { text: 'no', as: 'Ann', changed: [one] }],
    ['incident.merge', one, { as: 'Ann', others: [two], changed: [two] }],
    ['incident.acknowledge', one, { text: 'on it', as: 'Ann' }],
  ]);
  expect(await opened.audit.verify()).toMatchObject({ entries: 3, brokenAt: null });
});

/** Any text is a fair question to every store: what cannot exist is answered with nothing, and never with an error. */
import { expect, it } from 'vitest';
import type { Scope } from '../../model/access.ts';
import type { DeliveryStatus, NoticeKind } from '../../model/delivery.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import { CursorError } from '../../model/ports/store.ts';
import { FILTER_FIELDS, INCIDENT_FIELDS } from '../../model/query.ts';
import { change, CLUSTER, created, incident, notice, strand } from './events.ts';
import type { TattleStore } from '../open-store.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const HOSTILE = [
  'no\0thing',
  'no\ud800thing',
  'x'.repeat(10_000),
  '%'.repeat(200),
  'a*'.repeat(200),
  '_____',
  '\\',
  '\\\\%',
  '(((.*)+)+)+$',
  "'; DROP TABLE tattle.events; --",
  '{"a":[1,"}',
  '$1',
  '!',
  '!!nothing',
  '__proto__',
  'constructor',
  '١٢٣🙂\u202e',
];

const NOTHING = { items: [], nextCursor: null };

export function hostileQuestionsContract(open: OpenTestStore): void {
  it('answers any text with nothing', async () => {
    const opened = await open({ now: NOW });
    await opened.store.commit(
      change(NOW, {
        created: [created({ uid: 'u', at: NOW - 1 }, 'i')],
        incidents: [incident('i', NOW)],
        strands: [strand('i', NOW)],
      }),
    );
    await opened.diagnoses.saveDiagnosis({ incidentId: 'i', at: NOW, cause: 'unknown' } as Diagnosis);
    for (const text of HOSTILE) {
      await askForEvents(opened, text);
      await askForIncidents(opened, text);
      await askForDeliveries(opened, text);
    }
  });

  it('refuses garbage and the cursors of other lists', async () => {
    const { store, history, outbox } = await open({ now: NOW });
    const told = incident('i', NOW);
    await store.commit(
      change(NOW, {
        created: [created({ uid: 'u', at: NOW - 2 }), created({ uid: 'v', at: NOW - 1 })],
        incidents: [told, incident('j', NOW)],
        objectChanges: ['a', 'b'].map((id) => ({
          ...{ id, cluster: told.cluster, object: told.root, at: NOW, summary: '', diff: [], revision: null },
        })),
      }),
    );
    for (const id of ['n', 'm']) await outbox.addDeliveries(notice(id, told, NOW), ['hook'], 'dead', NOW);
    const lists = {
      events: (page: { cursor?: string }) => history.events({ fields: {} }, { limit: 1, ...page }),
      incidents: (page: { cursor?: string }) => history.incidents({ fields: {} }, { limit: 1, ...page }),
      changes: (page: { cursor?: string }) => history.changes({ limit: 1, ...page }),
      deliveries: (page: { cursor?: string }) => outbox.deliveries({ limit: 1, ...page }),
    };
    const cursors = await Promise.all(
      Object.entries(lists).map(async ([name, list]) => [name, (await list({})).nextCursor ?? ''] as const),
    );
    for (const [name, list] of Object.entries(lists)) {
      for (const [other, cursor] of cursors) {
        if (other === name) expect((await list({ cursor })).items).toHaveLength(1);
        else await expect(list({ cursor }), `${other} for ${name}`).rejects.toThrow(CursorError);
      }
      const own = cursors.find(([other]) => other === name)?.[1] ?? '';
      for (const cursor of [
        '',
        'x',
        `${own}!`,
        ` ${own}`,
        own.slice(0, -2),
        own.repeat(2),
        '\0',
        '🙂',
        'A'.repeat(10_000),
      ]) {
        await expect(list({ cursor }), `${cursor} for ${name}`).rejects.toThrow(CursorError);
      }
    }
  });
}

/** One event is there: a negated value leaves it in. */
async function askForEvents({ history }: TattleStore, text: string): Promise<void> {
  for (const field of FILTER_FIELDS) {
    const filter = { fields: { [field]: [text] } };
    const { items } = await history.events(filter, { limit: 5 });
    expect(items, `${field} ${text}`).toHaveLength(text.startsWith('!') ? 1 : 0);
    await history.facets(filter, ['namespace', 'kind'], 5);
    await history.histogram(filter, 5);
    await history.aggregate(filter, [field], 5, { trend: 3, compare: true });
    await history.profile(filter, filter);
  }
  const ownedBy = { kind: text, namespace: text, name: text };
  expect(await history.events({ fields: {}, ownedBy }, { limit: 5 }), text).toEqual({ ...NOTHING, partial: false });
  const labels = Object.fromEntries([[text, text]]);
  for (const about of [{ text }, { scope: scopeOf(text) }, { labels }]) {
    const page = await history.events({ fields: {}, ...about }, { limit: 5 });
    expect(page, text).toEqual({ ...NOTHING, partial: false });
  }
  expect(await history.event(text)).toBeNull();
  expect(await history.event('u', text)).toBeNull();
  expect(await history.event('u', CLUSTER.uid, scopeOf(text))).toBeNull();
  expect(await history.namespaces(scopeOf(text))).toEqual([]);
}

async function askForIncidents({ history }: TattleStore, text: string): Promise<void> {
  for (const field of INCIDENT_FIELDS) {
    const filter = { fields: { [field]: [text] } };
    const { items } = await history.incidents(filter, { limit: 5 });
    expect(items, `${field} ${text}`).toHaveLength(text.startsWith('!') ? 1 : 0);
    await history.incidentFacets(filter, ['namespace', 'cause'], 5);
  }
  for (const about of [{ text }, { scope: scopeOf(text) }]) {
    expect(await history.incidents({ fields: {}, ...about }, { limit: 5 }), text).toEqual(NOTHING);
  }
  expect(await history.incident(text)).toBeNull();
  expect(await history.incidentIdsLike(text)).toEqual([]);
  expect(await history.incidentObjects(text, 5)).toEqual([]);
  expect(await history.strands(text)).toEqual([]);
  expect(await history.log(text)).toEqual([]);
  expect(await history.evidence(text)).toEqual([]);
  expect(await history.captures(text)).toEqual([]);
  expect(await history.diagnosis(text)).toBeNull();
  expect(await history.diagnoses([text])).toEqual([]);
}

async function askForDeliveries({ history, outbox }: TattleStore, text: string): Promise<void> {
  const scope = scopeOf(text);
  for (const asked of [{ cluster: text }, { namespaces: [text] }, { kinds: [text], names: [text] }, { scope }]) {
    expect(await history.changes({ ...asked, limit: 5 })).toEqual(NOTHING);
  }
  const kind = text as NoticeKind;
  const statuses = [text as DeliveryStatus];
  for (const asked of [{ ids: [text] }, { incidentId: text }, { channel: text }, { statuses }, { kind }, { scope }]) {
    expect(await outbox.deliveries({ ...asked, limit: 5 })).toEqual(NOTHING);
    expect(await outbox.replayDeliveries({ ...asked, limit: 5 }, NOW)).toBe(0);
  }
}

function scopeOf(text: string): Scope {
  return [
    { cluster: text, namespaces: null },
    { cluster: null, namespaces: [text, `${text}*`] },
  ];
}

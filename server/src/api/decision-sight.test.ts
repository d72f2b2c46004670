/** What a decision says of other incidents and of silences is said to those alone who see them. */
import { describe, expect, it } from 'vitest';
import type { Scope } from '../model/access.ts';
import type { Incident, Strand } from '../model/incident.ts';
import type { NoticeDecision } from '../model/notice-decision.ts';
import { storedToken } from './testing/callers.ts';
import { memoryTelling } from './testing/memory-telling.ts';
import { NOON, startApi } from './testing/start-api.ts';

const cluster = { uid: 'c1', name: 'lab' };

function incidentIn(namespace: string, id: string): { readonly incident: Incident; readonly strand: Strand } {
  const root = { kind: 'Deployment', namespace, name: `${namespace}-app`, uid: `d-${namespace}` };
  const shared = { cluster, root, subject: root, condition: 'CrashLoopBackOff', lastSeen: NOON, clearedAt: null };
  return {
    incident: {
      ...shared,
      ...{ id, state: 'open', severity: 'high', category: 'Crash', title: `CrashLoopBackOff: ${namespace}-app` },
      ...{ openedAt: NOON - 60_000, resolvedAt: null, resolvedBy: null, openedBy: `e-${namespace}`, eventCount: 1 },
      ...{ regressions: 0, mergedInto: null, resolution: null },
    },
    strand: {
      ...shared,
      ...{ key: `v1:${namespace}`, incidentId: id, bornIn: id, aspect: '', category: 'Crash', severity: 'high' },
      ...{ firstSeen: NOON - 60_000, eventCount: 1, rule: 'opened', because: 'opened it' },
    },
  };
}

const shop = incidentIn('shop', '3f2a000000000001');
const vault = incidentIn('vault', '3f2a000000000002');

const decision = (reason: NoticeDecision['reason'], by: string, because: string): NoticeDecision => ({
  ...{ noticeId: `n-${reason}`, incidentId: shop.incident.id, kind: 'opened', at: NOON, route: '', channel: '' },
  ...{ verdict: 'held', reason, because, until: null, by, rule: '', cause: null },
});

async function decisionsAs(scope: Scope, silenceMatcher: string) {
  const telling = memoryTelling();
  const decisions = [
    decision(
      'inhibited',
      vault.incident.id,
      `Explained by another incident that is open: ${vault.incident.title} (x).`,
    ),
    decision('silenced', 'sil_1', 'Silenced by mallory until noon: the vault is being emptied'),
    decision('maintenance', 'nightly', 'Maintenance nightly goes on until 04:00.'),
  ];
  const api = await startApi({
    incidents: [shop.incident, vault.incident],
    strands: [shop.strand, vault.strand],
    ports: { telling: { ...telling, decisions: async () => decisions } },
  });
  const read = telling.readMatchers([silenceMatcher]);
  if (!read.ok) throw new Error('no matcher');
  await telling.silences.addSilence(
    {
      ...{ id: 'sil_1', matchers: read.matchers, startsAt: NOON, endsAt: NOON + 1000, createdBy: 'mallory' },
      ...{ createdAt: NOON, comment: 'the vault is being emptied', expiredAt: null, scope: 'everything' as const },
    },
    'mallory',
  );
  const { secret } = await storedToken(api.accessStore, [{ role: 'viewer', scope }], { now: NOON });
  const answer = await api.get(`/api/v1/incidents/${shop.incident.id}/decisions`, {
    authorization: `Bearer ${secret}`,
  });
  expect(answer.status).toBe(200);
  return answer.json.items as readonly { reason: string; by: string; because: string }[];
}

describe('decisions on an incident', () => {
  it('name what kept a notice back to whoever sees everything', async () => {
    const items = await decisionsAs('everything', 'cluster=lab');
    expect(items.map(({ by }) => by)).toEqual([vault.incident.id, 'sil_1', 'nightly']);
  });

  it('tell whoever sees one namespace neither of incidents nor of silences beyond it', async () => {
    const items = await decisionsAs([{ cluster: null, namespaces: ['shop'] }], 'cluster=lab');
    expect(items.map(({ reason, by }) => [reason, by])).toEqual([
      ['inhibited', ''],
      ['silenced', ''],
      ['maintenance', 'nightly'],
    ]);
    expect(JSON.stringify(items)).not.toMatch(/vault|mallory|sil_1|3f2a000000000002/);
  });

  it('name a silence of what they see to them, too', async () => {
    const items = await decisionsAs([{ cluster: null, namespaces: ['shop'] }], 'namespace=shop');
    expect(items[1]).toMatchObject({ by: 'sil_1', because: expect.stringContaining('mallory') });
  });
});

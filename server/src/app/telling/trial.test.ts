import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPolicy } from '../../notify/policy/policy.ts';
import { change, created, incident } from '../../store/testing/events.ts';
import { testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { tryPolicy } from './trial.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

describe('a policy that is tried on the past', () => {
  const NODE = { kind: 'Node', namespace: '', name: 'node-1', uid: '' };
  const tried = async (nodeEnded: number | null, section?: object) => {
    const store = await open({ now: NOW });
    const begun = NOW - 30 * MINUTE;
    const ended = nodeEnded === null ? {} : { state: 'resolved' as const, resolvedAt: nodeEnded };
    await store.store.commit(
      change(begun, {
        created: [created({ uid: 'pod-event', at: begun, node: 'node-1' })],
        incidents: [
          incident('inc_node', begun - 20 * MINUTE, { root: NODE, category: 'Node', ...ended }),
          incident('inc_pod', begun, { openedBy: 'pod-event' }),
        ],
      }),
    );
    const outcome = await tryPolicy(
      section,
      { from: NOW - 60 * MINUTE, to: NOW },
      { store, channels: () => [], policy: openPolicy },
    );
    if (outcome.kind !== 'tried') throw new Error(JSON.stringify(outcome));
    const decided = outcome.items.find((item) => item.incident.id === 'inc_pod')?.decisions ?? [];
    return { faults: outcome.faults, reasons: decided.map(({ reason, by }) => [reason, by]) };
  };

  it('holds back what another incident explained that was open then', async () => {
    expect((await tried(null)).reasons).toEqual([['inhibited', 'inc_node']]);
    expect((await tried(NOW - 10 * MINUTE)).reasons).toEqual([['inhibited', 'inc_node']]);
  });

  it('does not hold it back by what was over before it began', async () => {
    expect((await tried(NOW - 40 * MINUTE)).reasons.flat()).not.toContain('inhibited');
  });

  it('holds back what began in maintenance', async () => {
    const [starts, ends] = [NOW - 40 * MINUTE, NOW - 20 * MINUTE].map((at) => new Date(at).toISOString());
    const maintenance = [{ name: 'upgrade', match: ['namespace=shop'], starts, ends }];
    expect((await tried(NOW - 40 * MINUTE, { maintenance })).reasons).toEqual([['maintenance', 'upgrade']]);
  });

  it('says that rules over events are not tried', async () => {
    const rules = [{ name: 'many', on: 'event', when: 'true' }];
    expect((await tried(null, { rules })).faults).toEqual([
      { rule: 'many', fault: 'it is asked of events, and only the incidents that it made are tried' },
    ]);
  });
});

/** What every store says while its PostgreSQL is down: that it is unavailable, whatever was asked. */
import { expect, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { incident, notice } from './events.ts';
import { testStores } from './open-test-store.ts';
import type { TestServer } from './servers.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

export function outageContract(start: () => Promise<TestServer>): void {
  it('says of access, audit, settings, idempotency, notices and silences that they are unavailable', async () => {
    const server = await start();
    onTestFinished(() => server.close());
    const { access, audit, idempotency, notices, outbox, settings, silences } = await testStores(() => server)({
      now: NOW,
    });
    const principal = { id: 'oidc:ann', name: 'Ann', grants: [] };
    const entry = { at: NOW, actor: 'tattle', action: 'note', target: '', detail: {} };
    const token = { id: 'a', name: '', digest: '', grants: [], createdBy: '', createdAt: NOW };
    const session = { digest: 'a', principal, boundTo: null, createdAt: NOW, expiresAt: NOW + 1 };
    const silence = {
      id: 'a',
      matchers: [],
      startsAt: NOW,
      endsAt: NOW + 1,
      createdBy: '',
      createdAt: NOW,
      comment: '',
      scope: 'everything' as const,
    };
    const told = { notice: notice('n', 'i', NOW), to: ['hook'], status: 'pending', at: NOW } as const;
    await audit.record([entry]);
    await server.server.close();
    for (const asked of [
      () => access.tokens(),
      () => access.token('a'),
      () => access.addToken({ ...token, expiresAt: null, lastUsedAt: null, revokedAt: null }),
      () => access.revokeToken('a', 'x', NOW),
      () => access.tokenUsed('a', NOW),
      () => access.openSession(session),
      () => access.session('a', NOW),
      () => access.closeSession('a', NOW),
      () => audit.record([entry]),
      () => audit.entries({ limit: 1 }),
      () => audit.verify(),
      () => settings.saveSettings({ a: 1 }, 'x', NOW),
      () => settings.loadSettings(),
      () => idempotency.begin('k', 'r', NOW),
      () => idempotency.finish('k', { status: 200, contentType: '', body: '' }),
      () => idempotency.abandon('k'),
      () => notices.record({ ...told, decisions: [], held: [], releases: null, jobs: [] }),
      () => notices.decisions('i', 1),
      () => notices.heldBy('s', 1),
      () => notices.toldCount('team', NOW),
      () => notices.ruleSpoke('r', incident('i', NOW), NOW),
      () => notices.waiting('g', 1),
      () => notices.lastReleased('g'),
      () => outbox.claimDeliveries(1, NOW, 1, []),
      () => silences.addSilence({ ...silence, expiredAt: null }, 'x'),
      () => silences.expireSilence('a', 'x', NOW),
      () => silences.silences(NOW),
      () => silences.silence('a'),
    ]) {
      await expect(asked(), String(asked)).rejects.toThrow(StoreUnavailable);
    }
  });
}

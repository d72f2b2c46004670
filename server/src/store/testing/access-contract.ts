/** What every store must do with tokens, sessions and settings: who may come in, and that it is told who changed what. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { quiet } from '../../kit/testing/quiet.ts';
import type { Grant, Session, TokenRecord } from '../../model/access.ts';
import { ConflictError, DataError } from '../../model/ports/store.ts';
import { DAY_MS } from '../event-id.ts';
import { byHand } from './by-hand.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12, 0, 30);
const EVIL = 'a\0b\ud800c\'"; DROP TABLE sessions --';
const REPAIRED = 'ab\ufffdc\'"; DROP TABLE sessions --';
const GRANTS: readonly Grant[] = [
  { role: 'viewer', scope: 'everything' },
  {
    role: 'operator',
    scope: [
      { cluster: 'prod', namespaces: ['team-*'] },
      { cluster: null, namespaces: null },
    ],
  },
];

function token(id: string, parts: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id,
    name: 'ci',
    digest: 'd'.repeat(64),
    grants: GRANTS,
    createdBy: 'oidc:ann',
    createdAt: NOW,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    ...parts,
  };
}

function session(digest: string, parts: Partial<Session> = {}): Session {
  const principal = { id: 'oidc:ann', name: 'Ann', grants: GRANTS };
  return { digest, principal, boundTo: null, createdAt: NOW, expiresAt: NOW + DAY_MS, ...parts };
}

export function accessContract(open: OpenTestStore): void {
  it('keeps tokens as they are, newest first, and says who made and revoked them', async () => {
    const opened = await open({ now: NOW });
    const { access, audit } = opened;
    const older = token('older', { createdAt: NOW - 5, expiresAt: NOW + 1_000 });
    const newer = token('newer', { grants: [{ role: 'admin', scope: [] }] });
    await access.addToken(older);
    await access.addToken(newer);
    expect(await access.tokens()).toEqual([newer, older]);
    expect(await access.token('older')).toEqual(older);
    expect(await access.token('other')).toBeNull();
    const replica = await opened.reopen();
    expect(await replica.access.revokeToken('older', 'oidc:bob', NOW + 9)).toBe(true);
    expect(await access.revokeToken('older', 'oidc:eve', NOW + 10)).toBe(false);
    expect(await access.revokeToken('other', 'oidc:eve', NOW + 10)).toBe(false);
    expect(await access.token('older')).toEqual({ ...older, revokedAt: NOW + 9 });
    expect((await audit.entries({ limit: 9 })).items).toMatchObject([
      { at: NOW + 9, actor: 'oidc:bob', action: 'token.revoke', target: 'older', detail: { name: 'ci' } },
      { actor: 'oidc:ann', action: 'token.create', target: 'newer', detail: { name: 'ci', grants: newer.grants } },
      { at: NOW - 5, action: 'token.create', target: 'older', detail: { expiresAt: NOW + 1_000 } },
    ]);
  });

  it('makes no second token of an id, and no entry about it', async () => {
    const { access, audit } = await open({ now: NOW });
    await access.addToken(token('a'));
    await expect(access.addToken(token('a', { digest: 'e'.repeat(64) }))).rejects.toThrow(ConflictError);
    expect((await access.token('a'))?.digest).toBe('d'.repeat(64));
    expect((await audit.entries({ limit: 9 })).items).toHaveLength(1);
  });

  it('revokes a token once, however many ask for it at once', async () => {
    const opened = await open({ now: NOW });
    const { access, audit } = opened;
    const replica = await opened.reopen();
    await access.addToken(token('a'));
    const stores = [access, replica.access, access, replica.access, access];
    const revoked = await Promise.all(stores.map((store) => store.revokeToken('a', 'oidc:bob', NOW)));
    expect(revoked.filter(Boolean)).toHaveLength(1);
    expect((await audit.entries({ actions: ['token.revoke'], limit: 9 })).items).toHaveLength(1);
  });

  it('remembers the use of a token to the minute', async () => {
    const { access } = await open({ now: NOW });
    await access.addToken(token('a'));
    const minute = NOW - 30_000;
    for (const [at, used] of [
      [NOW, minute],
      [NOW + 29_999, minute],
      [NOW + 30_000, minute + 60_000],
      [NOW, minute + 60_000],
    ] as const) {
      await access.tokenUsed('a', at);
      expect((await access.token('a'))?.lastUsedAt).toBe(used);
    }
    await access.tokenUsed('other', NOW);
  });

  it('lets tokens that are of no use any more be seen for 90 days, and ends sessions at once', async () => {
    const opened = await open({ now: NOW });
    const { access, audit, clock, url } = opened;
    await access.addToken(token('revoked', { revokedAt: NOW, expiresAt: NOW + 400 * DAY_MS }));
    await access.addToken(token('expired', { expiresAt: NOW }));
    await access.addToken(token('good', { expiresAt: NOW + 400 * DAY_MS }));
    await access.addToken(token('endless'));
    await access.openSession(session('brief', { expiresAt: NOW + 10 }));
    await access.openSession(session('long', { expiresAt: NOW + 91 * DAY_MS }));
    const left = async () => (await access.tokens()).map(({ id }) => id).sort();
    clock.advanceTo(NOW + 90 * DAY_MS);
    await opened.maintain();
    expect(await left()).toEqual(['endless', 'expired', 'good', 'revoked']);
    expect(await byHand(url, 'SELECT digest FROM sessions')).toEqual([{ digest: 'long' }]);
    clock.advanceTo(NOW + 90 * DAY_MS + 1);
    await opened.maintain();
    expect(await left()).toEqual(['endless', 'good']);
    expect(await audit.verify()).toMatchObject({ entries: 6, brokenAt: null });
  });

  it('grants nothing, and says so, where the stored grants make no sense', async () => {
    const { logger, lines } = quiet();
    const { access, url } = await open({ now: NOW, logger });
    const nonsense = [
      '"everything"',
      '{}',
      '[null]',
      '[{"role":"root","scope":"everything"}]',
      '[{"role":"viewer","scope":"everything"},{"role":"admin"}]',
      '[{"role":"admin","scope":[{"cluster":null}]}]',
      '[{"role":"admin","scope":[{"cluster":null,"namespaces":"*"}]}]',
      '[{"role":"admin","scope":[{"cluster":null,"namespaces":null,"except":["kube-system"]}]}]',
    ];
    await access.addToken(token('a'));
    await access.openSession(session('a'));
    for (const grants of nonsense) {
      await byHand(url, `UPDATE access_tokens SET grants = '${grants}'`);
      expect((await access.token('a'))?.grants).toEqual([]);
      expect((await access.tokens()).map((each) => each.grants)).toEqual([[]]);
      await byHand(url, `UPDATE sessions SET principal = jsonb_set(principal, '{grants}', '${grants}')`);
      expect(await access.session('a', NOW)).toBeNull();
    }
    await byHand(url, `UPDATE sessions SET principal = '7'`);
    expect(await access.session('a', NOW)).toBeNull();
    await access.closeSession('a', NOW);
    expect(lines).toHaveLength(nonsense.length * 3 + 1);
    expect(lines.join()).toContain('grants nothing');
  });

  it('knows a session until its end, on every replica, and tells of both in the trail', async () => {
    const opened = await open({ now: NOW });
    const { access, audit } = opened;
    const replica = await opened.reopen();
    const one = session('0123456789abcdef-and-more', { boundTo: 'token-id' });
    await access.openSession(one);
    await access.openSession(session('two', { expiresAt: NOW + 10 }));
    await expect(access.openSession(session('two'))).rejects.toThrow(ConflictError);
    expect(await replica.access.session(one.digest, NOW + DAY_MS - 1)).toEqual(one);
    expect(await replica.access.session(one.digest, NOW + DAY_MS)).toBeNull();
    expect(await access.session('three', NOW)).toBeNull();
    await replica.access.closeSession(one.digest, NOW + 5);
    await access.closeSession(one.digest, NOW + 6);
    await access.closeSession('two', NOW + 10);
    expect(await access.session(one.digest, NOW)).toBeNull();
    const entries = (await audit.entries({ limit: 9 })).items;
    expect(entries.map(({ action, actor, target, at }) => [action, actor, target, at])).toEqual([
      ['session.close', 'oidc:ann', '0123456789abcdef', NOW + 5],
      ['session.open', 'oidc:ann', 'two', NOW],
      ['session.open', 'oidc:ann', '0123456789abcdef', NOW],
    ]);
  });

  it('repairs hostile text, and finds nothing by an id that cannot exist', async () => {
    const { access, audit } = await open({ now: NOW });
    const grants: readonly Grant[] = [{ role: 'viewer', scope: [{ cluster: EVIL, namespaces: [EVIL] }] }];
    const repaired = [{ role: 'viewer', scope: [{ cluster: REPAIRED, namespaces: [REPAIRED] }] }];
    await access.addToken(token('ab', { name: EVIL, createdBy: EVIL, grants }));
    await access.openSession(session('ab', { principal: { id: EVIL, name: EVIL, grants }, boundTo: EVIL }));
    expect(await access.token('ab')).toMatchObject({ name: REPAIRED, createdBy: REPAIRED, grants: repaired });
    const principal = { id: REPAIRED, name: REPAIRED, grants: repaired };
    expect(await access.session('ab', NOW)).toMatchObject({ principal, boundTo: REPAIRED });
    expect(await access.token('a\0b')).toBeNull();
    expect(await access.session('a\0b', NOW)).toBeNull();
    expect(await access.revokeToken('a\0b', EVIL, NOW)).toBe(false);
    await access.closeSession('a\0b', NOW);
    await access.tokenUsed('a\0b', NOW);
    expect((await access.token('ab'))?.lastUsedAt).toBeNull();
    expect(await access.session('ab', NOW)).not.toBeNull();
    expect(await access.revokeToken('ab', EVIL, NOW)).toBe(true);
    await access.closeSession('ab', NOW);
    expect((await audit.entries({ actors: [EVIL], limit: 9 })).items).toHaveLength(4);
    expect(await audit.verify()).toMatchObject({ entries: 4, brokenAt: null });
  });

  it('saves settings together, each with who changed it from what to what', async () => {
    const { settings, audit } = await open({ now: NOW });
    await settings.saveSettings({ a: 1, b: ['x'] }, 'oidc:ann', NOW);
    await settings.saveSettings({ b: ['y'], ['__proto__']: { c: null } }, 'oidc:bob', NOW + 1);
    await settings.saveSettings({}, 'oidc:eve', NOW + 2);
    expect(Object.entries(await settings.loadSettings()).sort()).toEqual([
      ['__proto__', { c: null }],
      ['a', 1],
      ['b', ['y']],
    ]);
    const { items } = await audit.entries({ limit: 9 });
    expect(items.map(({ no, at, actor, action, target, detail }) => [no, at, actor, action, target, detail])).toEqual([
      [4, NOW + 1, 'oidc:bob', 'settings.change', '__proto__', { before: null, after: { c: null } }],
      [3, NOW + 1, 'oidc:bob', 'settings.change', 'b', { before: ['x'], after: ['y'] }],
      [2, NOW, 'oidc:ann', 'settings.change', 'b', { before: null, after: ['x'] }],
      [1, NOW, 'oidc:ann', 'settings.change', 'a', { before: null, after: 1 }],
    ]);
  });

  it('saves all settings of a change or none', async () => {
    const { settings, audit } = await open({ now: NOW });
    // Longer than an index takes, and nothing that could be packed.
    const tooLong = Array.from({ length: 200 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')).join(
      '',
    );
    await expect(settings.saveSettings({ a: 1, [tooLong]: 2 }, 'oidc:ann', NOW)).rejects.toThrow(DataError);
    await expect(settings.saveSettings({ a: 1 }, 'oidc:ann', Number.NaN)).rejects.toThrow(DataError);
    expect(await settings.loadSettings()).toEqual({});
    expect(await audit.verify()).toEqual({ entries: 0, brokenAt: null, head: '' });
  });

  it('tells the trail of settings one after the other, whichever replica saves them', async () => {
    const opened = await open({ now: NOW });
    const { settings, audit } = opened;
    const replica = await opened.reopen();
    const saves = Array.from({ length: 20 }, (_, i) =>
      (i % 2 === 0 ? settings : replica.settings).saveSettings(
        i % 3 === 0 ? { a: i, b: i } : { b: i, a: i },
        `replica ${String(i % 2)}`,
        NOW,
      ),
    );
    await Promise.all(saves);
    const chain = (await audit.entries({ targets: ['a'], limit: 99 })).items.map(({ detail }) => detail).reverse();
    expect(chain).toHaveLength(20);
    expect(chain.map(({ before }) => before)).toEqual([null, ...chain.slice(0, -1).map(({ after }) => after)]);
    expect((await settings.loadSettings()).a).toBe(chain.at(-1)?.after);
    expect(await audit.verify()).toMatchObject({ entries: 40, brokenAt: null });
  });

  it('tells what changed between loading the settings and listening to them', async () => {
    const opened = await open({ now: NOW });
    const { settings } = opened;
    const replica = await opened.reopen();
    await settings.loadSettings();
    await replica.settings.saveSettings({ a: 1 }, 'oidc:ann', NOW);
    await new Promise<void>((resolve) => settings.onSettingsChange(resolve));
    expect(await settings.loadSettings()).toEqual({ a: 1 });
  });
}

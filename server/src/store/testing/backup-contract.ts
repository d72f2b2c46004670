/** A backup brings back everything, into any server, or nothing. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import type { IncidentNotice } from '../../model/delivery.ts';
import type { NoticeEntry } from '../../model/ports/telling.ts';
import type { Silence } from '../../model/silence.ts';
import { change, created, incident, job, notice } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';
import { fillRandomly } from './random-history.ts';

const END = Date.UTC(2026, 4, 3, 1, 30);

const SILENCE: Silence = {
  ...{ id: 's', matchers: [{ name: 'namespace', operator: '=', value: 'shop' }], startsAt: END, endsAt: END + 9 },
  ...{ createdBy: 'ann', createdAt: END, comment: '', expiredAt: null, scope: 'everything' as const },
};

/** Goes along as it is: sealed. */
const CHANNEL = { name: 'ops', type: 'webhook', settings: '{}', sealed: 'v1.k.x' };

function decidedAbout(told: IncidentNotice): NoticeEntry {
  const about = { noticeId: told.id, incidentId: told.incident.id, kind: 'opened', at: END, route: 'team' } as const;
  const because = { because: '', until: null, by: '', rule: '', cause: null };
  return {
    ...{ notice: told, to: ['hook'], status: 'pending', releases: null, jobs: [], at: END },
    decisions: [{ ...about, ...because, channel: 'hook', verdict: 'told', reason: 'routed' }],
    held: [{ ...about, group: 'g', how: 'group', channels: ['hook'], occasion: '' }],
  };
}

export function backupContract(open: OpenTestStore): void {
  it('brings everything back into an empty store, which then goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tattle-backup-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const from = await open({ now: END });
    await fillRandomly(from, { seed: 3, batches: 10, end: END, hours: 50 });
    await from.store.commit(change(END, { incidents: [incident('i', END)], jobs: [job('a', 'i', END)] }));
    await from.settings.saveSettings({ filter: { namespaces: 'all' } }, 'ann', END);
    const grants = [{ role: 'viewer', scope: 'everything' }] as const;
    const token = { id: 't', name: 'ci', digest: 'd', grants, createdBy: 'ann', createdAt: END };
    await from.access.addToken({ ...token, expiresAt: null, lastUsedAt: null, revokedAt: null });
    const principal = { id: 'ann', name: 'Ann', grants };
    await from.access.openSession({ digest: 's', principal, boundTo: null, createdAt: END, expiresAt: END + 9 });
    await from.idempotency.begin('k', 'r', END);
    const grouped = notice('n', 'i', END, { also: [{ incident: incident('j', END), kind: 'worse' }] });
    await from.notices.record(decidedAbout(grouped));
    await from.silences.addSilence(SILENCE, 'ann');
    await from.channels.addChannel(CHANNEL, { by: 'ann', at: END, detail: {} });
    const summary = await from.backup(folder);
    const to = await open({ now: END });
    expect(await to.restore(folder)).toEqual(summary);
    const all = { fields: {} };
    expect(await to.history.events(all, { limit: 500 })).toEqual(await from.history.events(all, { limit: 500 }));
    expect(await to.history.totals()).toEqual(await from.history.totals());
    expect(await to.settings.loadSettings()).toEqual({ filter: { namespaces: 'all' } });
    expect(await to.jobs.pending()).toBe(1);
    expect(await to.access.tokens()).toEqual(await from.access.tokens());
    expect(await to.audit.verify()).toEqual(await from.audit.verify());
    await to.audit.record([{ at: END, actor: 'tattle', action: 'note', target: '', detail: {} }]);
    expect(await to.audit.verify()).toMatchObject({ entries: 6, brokenAt: null });
    expect(await to.silences.silence('s')).toEqual(SILENCE);
    expect(await to.channels.channels()).toEqual([CHANNEL]);
    expect(await to.notices.decisions('i', 9)).toEqual(decidedAbout(grouped).decisions);
    expect(await to.notices.waiting('g', 9)).toEqual(decidedAbout(grouped).held);
    await to.notices.record(decidedAbout(notice('m', 'j', END)));
    const told = (await to.outbox.deliveries({ incidentId: 'j', limit: 9 })).items;
    expect(told.map(({ noticeId, incidentId }) => [noticeId, incidentId])).toEqual([
      ['m', 'j'],
      ['n', 'i'],
    ]);
    // Whoever was in signs in again, and what was under way there is not under way here.
    expect(await to.access.session('s', END)).toBeNull();
    expect(await to.idempotency.begin('k', 'r', END)).toEqual({ kind: 'fresh' });
    await to.store.commit(change(END, { created: [created({ uid: 'after', at: END - 1, reason: 'NeverSeen' })] }));
    await to.jobs.enqueue([job('b', 'i', END)]);
    expect((await to.history.totals()).stored).toBe((await from.history.totals()).stored + 1);
    await expect(to.restore(folder)).rejects.toThrow(/not empty/);
  });

  it('refuses a store in which somebody has already acted, however little', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tattle-backup-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await (await open({ now: END })).backup(folder);
    const to = await open({ now: END });
    await to.audit.record([{ at: END, actor: 'tattle', action: 'note', target: '', detail: {} }]);
    await expect(to.restore(folder)).rejects.toThrow(/not empty/);
  });

  it('refuses a backup that was changed, and restores nothing of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tattle-backup-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const from = await open({ now: END });
    await from.store.commit(change(END, { created: [created({ uid: 'a', at: END - 1 })] }));
    await from.backup(folder);
    const file = join(folder, 'events.copy.gz');
    const text = gunzipSync(await readFile(file)).toString();
    await writeFile(file, gzipSync(text.replace('Back-off', 'All well')));
    const to = await open({ now: END });
    await expect(to.restore(folder)).rejects.toThrow(/hash differs/);
    expect(await to.history.totals()).toEqual({ stored: 0, occurrences: 0, incidents: 0 });
    await rm(join(folder, 'manifest.json'));
    await expect(to.restore(folder)).rejects.toThrow(/manifest/);
  });
}

/** What every store must do with idempotency keys: one does the work, and all others hear of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { IdempotencyClaim, StoredAnswer } from '../../model/ports/access.ts';
import { DAY_MS } from '../event-id.ts';
import { byHand } from './by-hand.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const ANSWER: StoredAnswer = { status: 201, contentType: 'application/json', body: '{"id":"é😀"}' };
const kinds = (claims: readonly IdempotencyClaim[]) => claims.map(({ kind }) => kind).sort();

export function idempotencyContract(open: OpenTestStore): void {
  it('answers a repeat as the first was answered, on every replica, for a day', async () => {
    const one = await open({ now: NOW });
    const two = await one.reopen();
    expect(await one.idempotency.begin('k', 'r', NOW)).toEqual({ kind: 'fresh' });
    expect(await two.idempotency.begin('k', 'r', NOW + 59_999)).toEqual({ kind: 'under-way' });
    expect(await two.idempotency.begin('k', 'other', NOW)).toEqual({ kind: 'misused' });
    expect(await two.idempotency.begin('l', 'r', NOW)).toEqual({ kind: 'fresh' });
    await one.idempotency.finish('k', ANSWER);
    for (const at of [NOW, NOW + 60_000, NOW + DAY_MS - 1]) {
      expect(await two.idempotency.begin('k', 'r', at)).toEqual({ kind: 'answered', answer: ANSWER });
      expect(await two.idempotency.begin('k', 'other', at)).toEqual({ kind: 'misused' });
    }
    expect(await two.idempotency.begin('k', 'other', NOW + DAY_MS)).toEqual({ kind: 'fresh' });
    expect(await one.idempotency.begin('k', 'other', NOW + DAY_MS)).toEqual({ kind: 'under-way' });
  });

  it('lets one of many begin, however close they come', async () => {
    const one = await open({ now: NOW });
    const two = await one.reopen();
    const stores = [one, two, one, two, one, two, one, two];
    for (let round = 0; round < 10; round++) {
      const key = `k${String(round)}`;
      const claims = await Promise.all(stores.map(({ idempotency }) => idempotency.begin(key, 'r', NOW)));
      expect(kinds(claims)).toEqual(['fresh', ...Array<string>(7).fill('under-way')]);
      // What a crash left behind is taken over by one, too.
      const later = await Promise.all(stores.map(({ idempotency }) => idempotency.begin(key, 'r', NOW + 60_000)));
      expect(kinds(later)).toEqual(['fresh', ...Array<string>(7).fill('under-way')]);
    }
  });

  it('frees a key that was given up, also while others ask for it', async () => {
    const one = await open({ now: NOW });
    const two = await one.reopen();
    for (let round = 0; round < 20; round++) {
      await one.idempotency.begin('k', 'r', NOW);
      const [claim] = await Promise.all([two.idempotency.begin('k', 'r', NOW), one.idempotency.abandon('k')]);
      expect(['fresh', 'under-way']).toContain(claim.kind);
      await two.idempotency.abandon('k');
    }
    expect(await one.idempotency.begin('k', 'another', NOW)).toEqual({ kind: 'fresh' });
  });

  it('keeps the first answer, and neither gives up nor answers what is not under way', async () => {
    const { idempotency } = await open({ now: NOW });
    await idempotency.finish('k', ANSWER);
    await idempotency.abandon('k');
    expect(await idempotency.begin('k', 'r', NOW)).toEqual({ kind: 'fresh' });
    await idempotency.finish('k', ANSWER);
    await idempotency.finish('k', { ...ANSWER, status: 500 });
    await idempotency.abandon('k');
    expect(await idempotency.begin('k', 'r', NOW)).toEqual({ kind: 'answered', answer: ANSWER });
  });

  it('a process killed between begin and finish blocks the key for a minute, and for that request alone', async () => {
    const { idempotency, url } = await open({ now: NOW });
    const script = fileURLToPath(new URL('./claiming-child.ts', import.meta.url));
    const child = spawn(process.execPath, [script, url, String(NOW)], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('fresh\n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await idempotency.begin('k', 'r', NOW + 59_999)).toEqual({ kind: 'under-way' });
    expect(await idempotency.begin('k', 'other', NOW + 60_000)).toEqual({ kind: 'misused' });
    expect(await idempotency.begin('k', 'r', NOW + 60_000)).toEqual({ kind: 'fresh' });
    expect(await idempotency.begin('k', 'r', NOW + 60_001)).toEqual({ kind: 'under-way' });
  });

  it('keeps a body of 1 MiB; of a larger one the status, and a word about it', async () => {
    const { idempotency } = await open({ now: NOW });
    const most = { ...ANSWER, body: 'é'.repeat(512 * 1024) };
    for (const [key, body] of [
      ['fits', most.body],
      ['large', `${most.body}x`],
    ] as const) {
      await idempotency.begin(key, 'r', NOW);
      await idempotency.finish(key, { ...ANSWER, body });
    }
    expect(await idempotency.begin('fits', 'r', NOW)).toEqual({ kind: 'answered', answer: most });
    const large = await idempotency.begin('large', 'r', NOW);
    if (large.kind !== 'answered') throw new Error(large.kind);
    expect(large.answer).toMatchObject({ status: 201, contentType: 'application/json' });
    expect(JSON.parse(large.answer.body)).toMatchObject({ kept: false });
    expect(large.answer.body).toContain('1048577 bytes');
  });

  it('takes hostile text as it can be stored', async () => {
    const { idempotency } = await open({ now: NOW });
    const evil = `a\0b\ud800'; DROP TABLE idempotent_requests --`;
    expect(await idempotency.begin(evil, evil, NOW)).toEqual({ kind: 'fresh' });
    expect(await idempotency.begin(evil, evil, NOW)).toEqual({ kind: 'under-way' });
    await idempotency.finish(evil, { status: 200, contentType: evil, body: evil });
    const text = evil.toWellFormed().replace('\0', '');
    expect(await idempotency.begin(evil, evil, NOW)).toEqual({
      kind: 'answered',
      answer: { status: 200, contentType: text, body: text },
    });
  });

  it('forgets requests after a day', async () => {
    const opened = await open({ now: NOW });
    const { idempotency, clock, url } = opened;
    await idempotency.begin('old', 'r', NOW);
    await idempotency.finish('old', ANSWER);
    await idempotency.begin('new', 'r', NOW + 1);
    clock.advanceTo(NOW + DAY_MS);
    await opened.maintain();
    expect(await byHand(url, 'SELECT key FROM idempotent_requests')).toEqual([{ key: 'new' }]);
  });
}

/** What every store must do with the audit trail: nothing is lost, nothing is invented, and what was changed later shows. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { AuditEntry, NewAuditEntry } from '../../model/access.ts';
import { CursorError, DataError } from '../../model/ports/store.ts';
import { byHand } from './by-hand.ts';
import { change, created, incident } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

function entry(target: string, parts: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return { at: NOW, actor: 'oidc:ann', action: 'note', target, detail: {}, ...parts };
}

const many = (count: number) => Array.from({ length: count }, (_, i) => entry(String(i), { at: NOW + i }));

/** What somebody with a right to write does to 1,002 entries, and where it shows. */
const DEEDS: readonly { readonly what: string; readonly deed: string; readonly brokenAt: number }[] = [
  { what: 'a detail', deed: `UPDATE audit_entries SET detail = '{"x":1}' WHERE no = 600`, brokenAt: 600 },
  { what: 'the same JSON, otherwise', deed: `UPDATE audit_entries SET detail = '{ }' WHERE no = 600`, brokenAt: 600 },
  { what: 'an actor', deed: `UPDATE audit_entries SET actor = 'oidc:eve' WHERE no = 600`, brokenAt: 600 },
  { what: 'a time', deed: 'UPDATE audit_entries SET at = at + 1 WHERE no = 1', brokenAt: 1 },
  {
    what: 'text from one field to the next',
    deed: `UPDATE audit_entries SET action = 'not', target = 'e599' WHERE no = 600`,
    brokenAt: 600,
  },
  { what: 'a hash', deed: 'UPDATE audit_entries SET hash = upper(hash) WHERE no = 600', brokenAt: 600 },
  { what: 'one missing', deed: 'DELETE FROM audit_entries WHERE no = 600', brokenAt: 600 },
  { what: 'the first ones missing', deed: 'DELETE FROM audit_entries WHERE no < 600', brokenAt: 1 },
  {
    what: 'one missing, the others moved up',
    deed: `DELETE FROM audit_entries WHERE no = 600; UPDATE audit_entries SET no = -no WHERE no > 600;
      UPDATE audit_entries SET no = -no - 1 WHERE no < 0`,
    brokenAt: 600,
  },
  {
    what: 'two that changed places',
    deed: `UPDATE audit_entries SET no = -no WHERE no IN (600, 601); UPDATE audit_entries SET no = 1201 + no WHERE no < 0`,
    brokenAt: 600,
  },
  {
    what: 'one before the first',
    deed: `INSERT INTO audit_entries SELECT 0, at, actor, action, target, detail, hash FROM audit_entries WHERE no = 1`,
    brokenAt: 1,
  },
  {
    what: 'one at the end',
    deed: `INSERT INTO audit_entries SELECT 1003, at, actor, action, target, detail, hash FROM audit_entries WHERE no = 1002`,
    brokenAt: 1003,
  },
];

export function auditContract(open: OpenTestStore): void {
  it('chains entries by the hash that is written down', async () => {
    const { audit } = await open({ now: NOW });
    await audit.record([entry('é:1,', { detail: { z: 1, a: [1.5, 'ü', null], 10: true } }), entry('', { at: -1 })]);
    const [second, first] = (await audit.entries({ limit: 9 })).items as [AuditEntry, AuditEntry];
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const canonical = '0:,1:1,13:1773144000000,8:oidc:ann,4:note,5:é:1,,37:{"10":true,"z":1,"a":[1.5,"ü",null]},';
    expect(first).toEqual({
      ...entry('é:1,', { detail: { z: 1, a: [1.5, 'ü', null], 10: true } }),
      no: 1,
      hash: sha256(canonical),
    });
    expect(second.hash).toBe(sha256(`64:${first.hash},1:2,2:-1,8:oidc:ann,4:note,0:,2:{},`));
    expect(await audit.verify()).toEqual({ entries: 2, brokenAt: null, head: second.hash });
  });

  it('lists the newest first, page by page, and by actor, action, target and time', async () => {
    const { audit } = await open({ now: NOW });
    await audit.record(many(7));
    await audit.record([entry('x', { actor: 'tattle', action: 'other', at: NOW + 100 })]);
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.entries({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(page.items.map(({ target }) => target));
      cursor = page.nextCursor ?? undefined;
      await audit.record([entry('later')]);
    } while (cursor !== undefined);
    expect(pages).toEqual([
      ['x', '6', '5'],
      ['4', '3', '2'],
      ['1', '0'],
    ]);
    const found = async (filter: object) => (await audit.entries({ limit: 99, ...filter })).items.map((e) => e.target);
    expect(await found({ actors: ['tattle', 'nobody'] })).toEqual(['x']);
    expect(await found({ actions: ['other'] })).toEqual(['x']);
    expect(await found({ targets: ['3', 'x'] })).toEqual(['x', '3']);
    expect(await found({ from: NOW + 3, to: NOW + 5 })).toEqual(['4', '3']);
    expect(await found({ actors: ['oidc:ann'], actions: ['note'], targets: ['1'], from: NOW, to: NOW + 2 })).toEqual([
      '1',
    ]);
    expect(await found({ actors: [] })).toEqual([]);
    expect(await found({ targets: [`'; DROP TABLE audit_entries --`, 'a\0b\ud800', '{}', '\\"'] })).toEqual([]);
    for (const forged of ['', 'x', Buffer.from('entries:x').toString('base64url'), 'a\0b']) {
      await expect(audit.entries({ limit: 3, cursor: forged })).rejects.toThrow(CursorError);
    }
  });

  it('has no gap and no fork when replicas write at once and some of it is rolled back', async () => {
    const one = await open({ now: NOW });
    const two = await one.reopen();
    const three = await one.reopen();
    const failing = change(NOW, {
      created: [created({ uid: 'x', at: Number.NaN })],
      audit: [entry('rolled back')],
    });
    const work = Array.from({ length: 45 }, async (_, i) => {
      const { audit, store, settings } = [one, two, three][i % 3] ?? one;
      if (i % 9 === 0)
        return expect(audit.record([entry('rolled back'), entry('', { at: 0.5 })])).rejects.toThrow(DataError);
      if (i % 5 === 0) return settings.saveSettings({ key: i }, 'oidc:ann', NOW);
      if (i % 7 === 0) return audit.record([entry(String(i)), entry(String(i))]);
      return store.commit(change(NOW, { audit: [entry(String(i))], incidents: [incident(`i${String(i)}`, NOW)] }));
    });
    await Promise.all(work);
    await expect(two.store.commit(failing)).rejects.toThrow(DataError);
    await one.audit.record([entry('last')]);
    const { items } = await one.audit.entries({ limit: 200 });
    const numbers = items.map(({ no }) => no).reverse();
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    expect(items.some(({ target }) => target === 'rolled back')).toBe(false);
    expect(await two.audit.verify()).toEqual({ entries: numbers.length, brokenAt: null, head: items[0]?.hash });
  });

  it('commits entries with what they tell, three commits on their way at once', async () => {
    const { store, audit, history } = await open({ now: NOW });
    const changes = [0, 1, 2].map((i) =>
      change(NOW, {
        created: [created({ uid: `e${String(i)}`, at: NOW - 1 })],
        audit: i === 1 ? [entry('1a'), entry('1b')] : [entry(String(i))],
      }),
    );
    const prepared = [];
    for (const each of changes) prepared.push(await store.prepare(each));
    await Promise.all(prepared.map((each) => each.commit()));
    expect((await audit.entries({ limit: 9 })).items.map(({ target }) => target)).toEqual(['2', '1b', '1a', '0']);
    expect(await audit.verify()).toMatchObject({ entries: 4, brokenAt: null });
    expect((await history.totals()).stored).toBe(3);
  });

  it('keeps once what is committed again under its key', async () => {
    const { store, audit } = await open({ now: NOW });
    await store.commit(change(NOW, { audit: [entry('a', { key: 'act' })] }));
    await store.commit(change(NOW + 1, { audit: [entry('a', { key: 'act', at: NOW + 1 }), entry('b')] }));
    await audit.record([entry('b'), entry('c', { key: 'other' })]);
    const { items } = await audit.entries({ limit: 9 });
    expect(items.map(({ no, target, at }) => [no, target, at])).toEqual([
      [4, 'c', NOW],
      [3, 'b', NOW],
      [2, 'b', NOW],
      [1, 'a', NOW],
    ]);
    expect((await audit.verify()).brokenAt).toBeNull();
  });

  it('waits for a writer that is not done, and goes on from what became of it', async () => {
    const { audit, url } = await open({ now: NOW });
    await audit.record([entry('first')]);
    // Another writer holds the lock of the chain for a while, and is then rolled back by losing its connection.
    const held = byHand(url, 'BEGIN', 'SELECT pg_advisory_xact_lock(8284450)', 'SELECT pg_sleep(0.3)');
    await sleep(100);
    await audit.record([entry('second')]);
    await held;
    expect(await audit.verify()).toMatchObject({ entries: 2, brokenAt: null });
  });

  it('finds whatever was changed, left out, put in or moved, and does not lose it over what comes after', async () => {
    const { audit, url } = await open({ now: NOW });
    await audit.record(many(1002));
    await byHand(url, 'CREATE TABLE audit_copy AS SELECT * FROM audit_entries');
    for (const { what, deed, brokenAt } of DEEDS) {
      expect(await audit.verify()).toMatchObject({ entries: 1002, brokenAt: null });
      await byHand(url, deed);
      const verdict = await audit.verify();
      expect(verdict.brokenAt, what).toBe(brokenAt);
      await audit.record([entry('after')]);
      expect(await audit.verify(), what).toMatchObject({ entries: verdict.entries + 1, brokenAt });
      await byHand(url, 'TRUNCATE audit_entries; INSERT INTO audit_entries SELECT * FROM audit_copy');
    }
  });

  it('shows by the head that the end was cut off', async () => {
    const { audit, url } = await open({ now: NOW });
    await audit.record(many(3));
    const { head } = await audit.verify();
    await byHand(url, 'DELETE FROM audit_entries WHERE no = 3');
    const cut = await audit.verify();
    expect(cut).toMatchObject({ entries: 2, brokenAt: null });
    expect(cut.head).not.toBe(head);
  });

  it('repairs hostile text and bounds what is too long, and the chain holds over it', async () => {
    const { audit } = await open({ now: NOW });
    const evil = 'a\0b\ud800c\u2028\u0001"\\';
    const repaired = 'ab\ufffdc\u2028\u0001"\\';
    const detail = JSON.parse(
      `{"__proto__":{"admin":true},"constructor":1,${JSON.stringify(evil)}:${JSON.stringify([evil])}}`,
    ) as Record<string, unknown>;
    await audit.record([entry(evil, { actor: evil, action: evil, detail, key: evil })]);
    const long = '"😀'.repeat(20_000);
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [String(i), 'x'.repeat(100)]));
    await audit.record([
      entry(long, { actor: long, action: long, detail: { long, short: 1 } }),
      entry('w', { detail: wide }),
    ]);
    const [second, first, hostile] = (await audit.entries({ limit: 9 })).items as [AuditEntry, AuditEntry, AuditEntry];
    expect(hostile).toMatchObject({ actor: repaired, action: repaired, target: repaired });
    expect(Object.entries(hostile.detail)).toEqual([
      ['__proto__', { admin: true }],
      ['constructor', 1],
      [repaired, [repaired]],
    ]);
    expect(first.target).toHaveLength(512);
    expect(first.detail).toMatchObject({ long: { cut: JSON.stringify(long).length }, short: 1 });
    expect(JSON.stringify(first.detail).length).toBeLessThan(16_000);
    expect(second.detail).toMatchObject({ cut: JSON.stringify(wide).length });
    expect(JSON.stringify(second.detail).length).toBeLessThan(33_000);
    expect(await audit.verify()).toMatchObject({ entries: 3, brokenAt: null });
  });

  it('lists what somebody left of an entry that is no JSON any more', async () => {
    const { audit, url } = await open({ now: NOW });
    await audit.record(many(2));
    await byHand(url, `UPDATE audit_entries SET detail = CASE no WHEN 1 THEN '{' ELSE '[1]' END`);
    expect((await audit.entries({ limit: 9 })).items.map(({ detail }) => detail)).toEqual([
      { unreadable: '[1]' },
      { unreadable: '{' },
    ]);
  });
}

import type { WireAuditEntry, WireAuditVerdict } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import type { OpenedHistory } from './engine.ts';
import { run } from './testing/run.ts';

const here = ['--data-dir', '.'];
const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nThe audit trail is whole.\r\u0007';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;

const hashOf = (no: number) => String(no).padStart(64, '0');

function entry(no: number, changes: Partial<WireAuditEntry> = {}): WireAuditEntry {
  return {
    no,
    at: '2026-11-21T11:20:00.000Z',
    actor: 'oidc:ann',
    action: 'incident.note',
    target: '3f2a5b6c7d8e9f00',
    detail: { text: 'it is the cache' },
    hash: hashOf(no),
    ...changes,
  };
}

/** A trail of so many entries, asked as the API is. */
function trailOf(
  length: number,
  { verdict, changes }: { verdict?: Partial<WireAuditVerdict>; changes?: Partial<WireAuditEntry> } = {},
) {
  const asked: string[] = [];
  const opened: OpenedHistory = {
    async request(_method, path) {
      const url = new URL(path, 'http://localhost');
      asked.push(`${url.pathname}${url.search}`);
      if (url.pathname === '/api/v1/audit/verify') {
        const found = {
          whole: true,
          entries: length,
          brokenAt: null,
          head: length === 0 ? '' : hashOf(length),
          ...verdict,
        };
        return { status: 200, body: JSON.stringify(found) };
      }
      const newest = Number(url.searchParams.get('cursor') ?? length);
      const oldest = Math.max(0, newest - Number(url.searchParams.get('limit')));
      const items = Array.from({ length: newest - oldest }, (_, index) => entry(newest - index, changes));
      const page = { items, nextCursor: oldest > 0 ? String(oldest) : null, partial: false };
      return { status: 200, body: JSON.stringify(page) };
    },
    close: async () => {},
  };
  return { opened, asked };
}

describe('audit list', () => {
  const list = ['audit', 'list', ...here];

  it('reads like a log as a table, and begins with the newest for programs', async () => {
    const { opened } = trailOf(2);
    expect((await run(list, { opened })).out.split('\n')).toEqual([
      'NO   TIME                      ACTOR      ACTION          TARGET             DETAIL',
      '1    2026-11-21 11:20:00 UTC   oidc:ann   incident.note   3f2a5b6c7d8e9f00   {"text":"it is the cache"}',
      '2    2026-11-21 11:20:00 UTC   oidc:ann   incident.note   3f2a5b6c7d8e9f00   {"text":"it is the cache"}',
      '',
    ]);
    expect((await run([...list, '--no-headers'], { opened })).out).toMatch(/^1 /);
    expect(JSON.parse((await run([...list, '-o', 'json'], { opened })).out)).toEqual([entry(2), entry(1)]);
    expect((await run([...list, '-o', 'jsonl'], { opened })).out).toBe(
      `${JSON.stringify(entry(2))}\n${JSON.stringify(entry(1))}\n`,
    );
    expect((await run([...list, '-o', 'yaml'], { opened })).out).toMatch(/^- no: 2\n/);
  });

  it('goes from page to page up to its limit, and says on a terminal that there is more', async () => {
    const { opened, asked } = trailOf(2500);
    const { out, err } = await run([...list, '-o', 'jsonl', '--limit', '2400'], { opened, terminal: true });
    const numbers = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as WireAuditEntry).no);
    expect(numbers).toEqual(Array.from({ length: 2400 }, (_, index) => 2500 - index));
    expect(err).toBe('The newest 2400 are shown; --limit shows more.\n');
    expect(asked).toEqual([
      '/api/v1/audit?limit=1000',
      '/api/v1/audit?limit=1000&cursor=1500',
      '/api/v1/audit?limit=400&cursor=500',
    ]);
    expect((await run([...list, '--limit', '2500'], { opened, terminal: true })).err).toBe('');
    expect((await run(list, { opened: trailOf(0).opened, terminal: true })).err).toBe('No entry matches.\n');
  });

  it('asks the API for what its flags say', async () => {
    const { opened, asked } = trailOf(0);
    const flags = ['--actor', 'a,b', '--action', 'token.create', '--target', 'x,y', '--target', 'z'];
    await run([...list, ...flags, '--since', '1d', '--until', '2026-11-21'], { opened });
    expect(asked).toEqual([
      '/api/v1/audit?actor=a&actor=b&action=token.create&target=x%2Cy&target=z&from=now-1d&to=2026-11-21T00%3A00%3A00Z&limit=100',
    ]);
    expect((await run([...list, '--limit', '100001'], { opened })).err).toContain('Use -o jsonl');
    expect((await run([...list, '--since', 'then'], { opened })).code).toBe(2);
    expect(asked).toHaveLength(1);
  });

  it('shows nothing that a terminal would obey, and long details in one row', async () => {
    const detail = { [HOSTILE]: HOSTILE, long: 'x'.repeat(5000) };
    const { opened } = trailOf(1, {
      changes: { actor: HOSTILE, action: HOSTILE, target: HOSTILE, detail, hash: HOSTILE },
    });
    for (const form of ['table', 'json', 'jsonl', 'yaml']) {
      const { code, out } = await run([...list, '-o', form], { opened });
      expect(code).toBe(0);
      expect(out).not.toMatch(OBEYED);
      if (form === 'table') expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThan(600);
    }
  });
});

describe('audit verify', () => {
  const verify = ['audit', 'verify', ...here];

  it('tells entries and head of a trail that is whole', async () => {
    expect(await run(verify, { opened: trailOf(3).opened })).toEqual({
      code: 0,
      out: `The audit trail is whole.\nentries  3\nhead     ${hashOf(3)}\n`,
      err: '',
    });
    expect((await run(verify, { opened: trailOf(0).opened })).out).toContain('head     none\n');
  });

  it('names the first that is broken, and exits 5', async () => {
    const { opened } = trailOf(30, { verdict: { whole: false, brokenAt: 17 } });
    const { code, out } = await run(verify, { opened });
    expect(code).toBe(5);
    expect(out).toMatch(/^The audit trail is broken: entry 17 is missing or was changed\.\nentries {2}30\n/);
    const { code: jsonCode, out: json } = await run([...verify, '-o', 'json'], { opened });
    expect(jsonCode).toBe(5);
    expect(JSON.parse(json)).toEqual({ whole: false, entries: 30, brokenAt: 17, head: hashOf(30) });
    // What was kept of its end says nothing of what is before it.
    expect((await run([...verify, '--head', hashOf(30)], { opened })).code).toBe(5);
  });

  it('compares with what was kept, over as many pages as that takes', async () => {
    const { opened, asked } = trailOf(2500);
    const kept = ['--entries', '700', '--head', hashOf(700)];
    const { code, out } = await run([...verify, ...kept, '-o', 'json'], { opened });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      whole: true,
      entries: 2500,
      brokenAt: null,
      head: hashOf(2500),
      kept: { entries: 700, head: hashOf(700), holds: true, finding: 'Entry 700 has the hash that was kept.' },
    });
    expect(asked.filter((path) => path.startsWith('/api/v1/audit?'))).toHaveLength(2);
    expect(await run([...verify, '--entries', '2501', '--head', hashOf(2501)], { opened })).toMatchObject({
      code: 5,
      out: expect.stringContaining('The end was cut off: there were 2501 entries, and the newest is number 2500 now.'),
    });
  });

  it.each([
    ['--head', ''],
    ['--head', 'x'],
    ['--entries', '-1'],
    ['--entries', 'all'],
  ])('%s %j is a usage error, and nothing is asked', async (flag, value) => {
    const { opened, asked } = trailOf(3);
    const { code, out } = await run([...verify, `${flag}=${value}`], { opened });
    expect({ code, out, asked }).toEqual({ code: 2, out: '', asked: [] });
  });
});

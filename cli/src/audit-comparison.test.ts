import type { WireAuditEntry } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { compareHead, readKeptHead } from './audit-comparison.ts';

const hashOf = (no: number, chain = 'a') => `${chain}${String(no)}`.padStart(64, '0');

/** Entries 1 to `length`, the newest first, ten a page. */
async function* trail(length: number, chain = 'a'): AsyncGenerator<readonly WireAuditEntry[]> {
  for (let no = length; no > 0; no -= 10) {
    yield Array.from({ length: Math.min(10, no) }, (_, index) => ({
      no: no - index,
      at: '2026-11-21T11:20:00.000Z',
      actor: 'token:a',
      action: 'token.create',
      target: 't',
      detail: {},
      hash: hashOf(no - index, chain),
    }));
  }
}

const verdict = (entries: number, chain = 'a') => ({ entries, head: hashOf(entries, chain) });

describe('the audit trail, compared with what was kept of it,', () => {
  it.each([
    [{ entries: 35, head: hashOf(35) }, 'nothing came since'],
    [{ head: hashOf(35) }, 'nothing came since'],
    [{ entries: 12, head: hashOf(12) }, 'Entry 12 has the hash'],
    [{ entries: 1, head: hashOf(1) }, 'Entry 1 has the hash'],
    [{ head: hashOf(3) }, 'Entry 3 has the hash'],
    [{ entries: 20 }, 'nothing says that it is the same'],
    [{ entries: 0, head: '' }, 'there was no entry'],
  ])('still begins with %j', async (kept, finding) => {
    expect(await compareHead(kept, verdict(35), trail(35))).toEqual({
      holds: true,
      finding: expect.stringContaining(finding),
    });
  });

  it.each([
    [
      'its end was cut off',
      { entries: 40, head: hashOf(40) },
      35,
      'a',
      'there were 40 entries, and the newest is number 35',
    ],
    ['all of it was cut off', { entries: 40, head: hashOf(40) }, 0, 'a', 'the newest is number 0'],
    ['its end was cut off, and only a hash was kept', { head: hashOf(40) }, 35, 'a', 'No entry has the hash'],
    ['it was cut off and went on', { entries: 30, head: hashOf(30) }, 35, 'b', 'Entry 30 has another hash'],
    ['all was made anew, as long as it was', { entries: 35, head: hashOf(35) }, 35, 'b', 'Entry 35 has another hash'],
    ['a hash stands at another place', { entries: 30, head: hashOf(29) }, 35, 'a', 'Entry 30 has another hash'],
    ['the end has the number of another head', { entries: 30, head: hashOf(35) }, 35, 'a', 'Entry 30 has another hash'],
    ['only a number was kept', { entries: 36 }, 35, 'a', 'cut off'],
  ])('does not hold where %s', async (_, kept, length, chain, finding) => {
    expect(await compareHead(kept, verdict(length, chain), trail(length, chain))).toEqual({
      holds: false,
      finding: expect.stringContaining(finding),
    });
  });

  it('is not searched to its beginning for an entry that is missing', async () => {
    let read = 0;
    async function* counted() {
      for await (const page of trail(1000)) {
        read += 1;
        yield page.filter(({ no }) => no !== 985);
      }
    }
    const kept = { entries: 985, head: hashOf(985) };
    expect(await compareHead(kept, verdict(999), counted())).toEqual({
      holds: false,
      finding: 'Entry 985 is missing.',
    });
    expect(read).toBe(2);
  });
});

describe('what was kept', () => {
  it.each([
    [{ head: '' }, '64 digits'],
    [{ head: 'abc' }, '64 digits'],
    [{ head: hashOf(1).toUpperCase().replace('A', 'G') }, '64 digits'],
    [{ head: '', entries: 3 }, '64 digits'],
    [{ head: hashOf(1), entries: 0 }, 'as tattle audit verify printed'],
  ])('is refused as %j', (kept, mend) => {
    expect(() => readKeptHead(kept)).toThrow(
      expect.objectContaining({ exitCode: 2, mend: expect.stringContaining(mend) }),
    );
  });

  it('may be nothing', () => {
    expect(readKeptHead({})).toBeNull();
    expect(readKeptHead({ entries: 0, head: '' })).toEqual({ entries: 0, head: '' });
  });
});

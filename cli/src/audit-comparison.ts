/** Compares the audit trail with what was kept of it elsewhere: only so shows that its end was cut off, or that all of it was made anew. */
import type { WireAuditEntry, WireAuditVerdict } from '@tattle/contract';
import { usageFailure } from './failure.ts';

/** What `tattle audit verify` said at an earlier time: so many entries, and the hash of the last of them. */
export interface KeptHead {
  readonly entries?: number;
  readonly head?: string;
}

export interface Comparison {
  readonly holds: boolean;
  /** In a sentence. */
  readonly finding: string;
}

/** Null where nothing was kept. Throws `CommandFailure` where that makes no sense. */
export function readKeptHead({ entries, head }: KeptHead): KeptHead | null {
  // A script whose variable is empty must not be told that all is well.
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head) && !(head === '' && entries === 0)) {
    throw usageFailure('--head is no hash of an entry', 'tattle audit verify prints it: 64 digits and letters a to f.');
  }
  if (entries === 0 && head !== undefined && head !== '') {
    throw usageFailure('of 0 entries there is no head', 'Give both as tattle audit verify printed them.');
  }
  if (entries === undefined && head === undefined) return null;
  return { ...(entries === undefined ? {} : { entries }), ...(head === undefined ? {} : { head }) };
}

/** `pages` are those of the whole trail, the newest entry first; they are read as far as needed. */
export async function compareHead(
  kept: KeptHead,
  { entries, head }: Pick<WireAuditVerdict, 'entries' | 'head'>,
  pages: AsyncIterable<readonly WireAuditEntry[]>,
): Promise<Comparison> {
  if (kept.entries === 0) return { holds: true, finding: 'Nothing was kept to compare with: there was no entry.' };
  if (kept.head === head && (kept.entries ?? entries) === entries) {
    return { holds: true, finding: 'Its end is the one that was kept: nothing came since.' };
  }
  return kept.entries === undefined
    ? compareByHash(kept.head ?? '', pages)
    : compareByNumber(kept.entries, kept.head, pages);
}

async function compareByHash(hash: string, pages: AsyncIterable<readonly WireAuditEntry[]>): Promise<Comparison> {
  for await (const page of pages) {
    const found = page.find((entry) => entry.hash === hash);
    if (found !== undefined) return { holds: true, finding: `Entry ${found.no} has the hash that was kept.` };
  }
  return {
    holds: false,
    finding: 'No entry has the hash that was kept: the end was cut off, or entries were changed.',
  };
}

async function compareByNumber(
  no: number,
  hash: string | undefined,
  pages: AsyncIterable<readonly WireAuditEntry[]>,
): Promise<Comparison> {
  let newest = 0;
  for await (const page of pages) {
    newest ||= page[0]?.no ?? 0;
    const found = page.find((entry) => entry.no === no);
    if (found !== undefined) return compareEntry(found, hash);
    if ((page.at(-1)?.no ?? 0) < no) break;
  }
  const finding =
    newest < no
      ? `The end was cut off: there were ${no} entries, and the newest is number ${newest} now.`
      : `Entry ${no} is missing.`;
  return { holds: false, finding };
}

function compareEntry({ no, hash }: WireAuditEntry, kept: string | undefined): Comparison {
  if (kept === undefined)
    return { holds: true, finding: `Entry ${no} is there; without its --head, nothing says that it is the same.` };
  if (hash === kept) return { holds: true, finding: `Entry ${no} has the hash that was kept.` };
  return {
    holds: false,
    finding: `Entry ${no} has another hash than the one that was kept: it, or one before it, was changed.`,
  };
}

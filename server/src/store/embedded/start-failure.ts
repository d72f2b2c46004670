/** Why PostgreSQL did not start, as it wrote itself or its disk shows, and what mends it. */
import { statfs } from 'node:fs/promises';

const FULL = 'the disk of the data directory is full: make room, nothing is lost meanwhile';
/** A start takes a file of its log, of 16 MB, and more to recover with. */
const ROOM_BYTES = 32 * 1024 * 1024;

/** Of a killed one, whose children need a moment to notice and go: it is worth waiting for. */
export function isLingering(text: string): boolean {
  return /shared memory block|another server might be running|lock file .* already exists/i.test(text);
}

/** A sentence for people; null where its own words have to do. */
export function mendOf(text: string): string | null {
  if (/No space left on device|Disk quota exceeded/.test(text)) {
    return FULL;
  }
  if (/Read-only file system/.test(text))
    return 'the disk of the data directory can only be read: mount it for writing';
  if (/Input\/output error/.test(text)) return 'the disk of the data directory fails: look into the log of the system';
  if (/No such file or directory|Stale file handle|Transport endpoint/.test(text)) {
    return 'the data directory, or a part of it, is gone: mount it again, or bring it back from a backup';
  }
  return null;
}

/** Also where it wrote nothing, as its own log finds no room on a full disk either. */
export async function mendOn(folder: string, text: string): Promise<string | null> {
  const mend = mendOf(text);
  if (mend !== null) return mend;
  const { bavail, bsize, files, ffree } = await statfs(folder).catch(() => NOTHING_KNOWN);
  return bavail * bsize < ROOM_BYTES || (files > 0 && ffree === 0) ? FULL : null;
}

const NOTHING_KNOWN = { bavail: Number.POSITIVE_INFINITY, bsize: 1, files: 0, ffree: 0 };

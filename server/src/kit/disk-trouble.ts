/** What the disk refuses, in words for people: whoever reads them frees space or mounts it again. */

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'a file may not grow any more',
  EROFS: 'the disk can only be read',
  EIO: 'the disk fails',
  ENOENT: 'its folder is gone',
  ENOTDIR: 'its folder is gone',
  ESTALE: 'its folder is gone',
  ENODEV: 'its disk is gone',
  ENXIO: 'its disk is gone',
  ENOTCONN: 'its disk is gone',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** Null for what is no trouble of a disk, but a fault of ours. */
export function diskTrouble(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = WORDS[code];
  return words === undefined ? null : `${words} (${code})`;
}

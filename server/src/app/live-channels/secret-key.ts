/** The key that secrets of channels are sealed with: from the configuration, or a file in the data directory that is made at first need. */
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newKeyText, readKey, type SealKey } from '../../kit/seal.ts';

export interface SecretKey {
  /** For opening. `none`: nothing was ever sealed here. */
  read(): Promise<KeyReading>;
  /** For sealing: makes one where there is none. Rejects where its file cannot be written. */
  readOrMake(): Promise<Exclude<KeyReading, { readonly kind: 'none' }>>;
  /** For people: `TATTLE_SECRET_KEY`, or the name of the file. */
  readonly place: string;
}

export type KeyReading =
  | { readonly kind: 'key'; readonly key: SealKey }
  | { readonly kind: 'none' }
  /** `why` says how to mend it. */
  | { readonly kind: 'unusable'; readonly why: string };

const NAME = 'secret.key';
/** Without its path: whoever may see channels reads this. */
const PLACE = `${NAME} in the data directory`;

/** `text` is what the configuration gives, whose schema has looked at it. Nothing else writes into `dataDir` meanwhile. */
export function secretKeyOf(text: string | undefined, dataDir: string): SecretKey {
  return text === undefined ? keyInFile(join(dataDir, NAME)) : keyInHand(text);
}

function keyInHand(text: string): SecretKey {
  const key = readKey(text);
  if (key === null) throw new Error('a secret key that its schema does not take');
  const reading = { kind: 'key', key } as const;
  return { place: 'TATTLE_SECRET_KEY', read: async () => reading, readOrMake: async () => reading };
}

function keyInFile(path: string): SecretKey {
  const read = async (): Promise<KeyReading> => {
    const text = await readFile(path, 'utf8').catch((error: unknown) => reasonOf(error));
    if (typeof text !== 'string') return text.code === 'ENOENT' ? { kind: 'none' } : unusable(text.code);
    const key = readKey(text.trim());
    return key === null ? unusable('it holds no key') : { kind: 'key', key };
  };
  const readOrMake: SecretKey['readOrMake'] = async () => {
    const found = await read();
    if (found.kind !== 'none') return found;
    const text = newKeyText();
    await writeWhole(path, `${text}\n`);
    return { kind: 'key', key: readKey(text) as SealKey };
  };
  return { place: PLACE, read, readOrMake };
}

/** On the disk before anything is sealed with it, its name, too, and never half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await onDisk(part, 'w', async (file) => {
      await file.writeFile(text);
    });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
  await onDisk(dirname(path), 'r', async () => undefined);
}

async function onDisk(path: string, how: 'w' | 'r', work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, how, 0o600);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function unusable(why: string): KeyReading {
  return { kind: 'unusable', why: `${PLACE} cannot be used (${why}): bring it back from where it was kept` };
}

function reasonOf(error: unknown): { readonly code: string } {
  return { code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason' };
}

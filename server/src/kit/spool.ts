/** A bounded first-in-first-out of batches on disk: where arrivals wait while the store is down. */
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreUnavailable } from '../model/ports/store.ts';
import { diskTrouble } from './disk-trouble.ts';

const SUFFIX = '.batch.json';

/** Where the damaged file lies now (or lay, when it is gone), and why it cannot be read. */
type OnDamaged = (path: string, error: unknown) => void;

/** What is not kept is still its source's: it has to wait. */
export type Spooled = { readonly kept: true } | { readonly kept: false; readonly why: string };

interface SpooledFile {
  readonly name: string;
  readonly bytes: number;
}

/** Each batch is one file, written beside, flushed to disk and renamed: it is there whole or not at all. */
export class Spool<Batch> {
  readonly #directory: string;
  readonly #boundBytes: number;
  readonly #onDamaged: OnDamaged;
  #files: SpooledFile[];
  #next: number;

  private constructor(directory: string, boundBytes: number, files: SpooledFile[], onDamaged: OnDamaged) {
    this.#onDamaged = onDamaged;
    this.#directory = directory;
    this.#boundBytes = boundBytes;
    this.#files = files;
    this.#next = Number.parseInt(files.at(-1)?.name ?? '0', 10) + 1;
  }

  static async open<Batch>(directory: string, boundBytes: number, onDamaged: OnDamaged): Promise<Spool<Batch>> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const files: SpooledFile[] = [];
    for (const name of (await readdir(directory)).sort()) {
      if (name.endsWith(SUFFIX)) files.push({ name, bytes: (await stat(join(directory, name))).size });
      else if (name.endsWith('.writing')) await rm(join(directory, name));
    }
    return new Spool(directory, boundBytes, files, onDamaged);
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  get bytes(): number {
    return this.#files.reduce((sum, file) => sum + file.bytes, 0);
  }

  /** Not kept when the batch does not fit the bound, or the disk does not take it. */
  async append(batch: Batch): Promise<Spooled> {
    const body = JSON.stringify(batch);
    const bytes = Buffer.byteLength(body);
    if (this.bytes + bytes > this.#boundBytes) return { kept: false, why: 'as much as may wait on disk does' };
    const name = `${String(this.#next).padStart(12, '0')}${SUFFIX}`;
    const path = join(this.#directory, name);
    try {
      await writeDurably(`${path}.writing`, body);
      await rename(`${path}.writing`, path);
      await syncDirectory(this.#directory);
    } catch (error) {
      // Whole or half, it must not be found later: its source brings it again.
      await removeAsFarAsPossible([`${path}.writing`, path]);
      const why = diskTrouble(error);
      if (why !== null) return { kept: false, why };
      throw new Error(`cannot write to the spool in ${this.#directory}`, { cause: error });
    }
    this.#next += 1;
    this.#files.push({ name, bytes });
    return { kept: true };
  }

  /**
   * The oldest batch; it stays until `dropOldest`. One that the disk has damaged is set aside and told, and the next one is
   * given. Throws `StoreUnavailable` while the disk gives nothing.
   */
  oldest(): Promise<Batch | null> {
    return onDisk(() => this.#readOldest());
  }

  /** Throws `StoreUnavailable` while the disk changes nothing: what was committed is then committed again, which changes nothing. */
  async dropOldest(): Promise<void> {
    const file = this.#files[0];
    if (file === undefined) return;
    await onDisk(() => rm(join(this.#directory, file.name), { force: true }));
    this.#files = this.#files.slice(1);
  }

  async #readOldest(): Promise<Batch | null> {
    for (let file = this.#files[0]; file !== undefined; file = this.#files[0]) {
      const path = join(this.#directory, file.name);
      const text = await this.#textOf(path);
      try {
        return JSON.parse(text ?? '') as Batch;
      } catch (error) {
        const aside = text === null ? path : `${path}.damaged`;
        if (text !== null) await rename(path, aside);
        this.#files = this.#files.slice(1);
        this.#onDamaged(aside, error);
      }
    }
    return null;
  }

  /** Null where somebody removed this file alone: unlike its folder, it will not come back. */
  async #textOf(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (isMissing && (await stat(this.#directory)).isDirectory()) return null;
      throw error;
    }
  }
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = diskTrouble(error);
    if (why === null) throw error;
    throw new StoreUnavailable(`what waits on disk cannot be read: ${why}`, { cause: error });
  }
}

async function removeAsFarAsPossible(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true }).catch(() => undefined);
}

async function writeDurably(path: string, body: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

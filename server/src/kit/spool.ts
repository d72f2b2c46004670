/** A bounded first-in-first-out of batches on disk: where arrivals wait while the store is down. */
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const SUFFIX = '.batch.json';

/** Where the damaged file lies now, and why it cannot be read. */
type OnDamaged = (path: string, error: unknown) => void;

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

  /** False when the batch does not fit the bound or the disk: it is not kept, and its source has to wait. */
  async append(batch: Batch): Promise<boolean> {
    const body = JSON.stringify(batch);
    const bytes = Buffer.byteLength(body);
    if (this.bytes + bytes > this.#boundBytes) return false;
    const name = `${String(this.#next).padStart(12, '0')}${SUFFIX}`;
    const writing = join(this.#directory, `${name}.writing`);
    try {
      await writeDurably(writing, body);
      await rename(writing, join(this.#directory, name));
      await syncDirectory(this.#directory);
    } catch (error) {
      await rm(writing, { force: true });
      if (isOutOfSpace(error)) return false;
      throw new Error(`cannot write to the spool in ${this.#directory}`, { cause: error });
    }
    this.#next += 1;
    this.#files.push({ name, bytes });
    return true;
  }

  /** The oldest batch; it stays until `dropOldest`. One that the disk has damaged is set aside and told, and the next one is given. */
  async oldest(): Promise<Batch | null> {
    for (let file = this.#files[0]; file !== undefined; file = this.#files[0]) {
      const path = join(this.#directory, file.name);
      const text = await readFile(path, 'utf8');
      try {
        return JSON.parse(text) as Batch;
      } catch (error) {
        await rename(path, `${path}.damaged`);
        this.#files = this.#files.slice(1);
        this.#onDamaged(`${path}.damaged`, error);
      }
    }
    return null;
  }

  async dropOldest(): Promise<void> {
    const file = this.#files[0];
    if (file === undefined) return;
    await rm(join(this.#directory, file.name));
    this.#files = this.#files.slice(1);
  }
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

function isOutOfSpace(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

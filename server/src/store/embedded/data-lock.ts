/** One data directory belongs to one Tattle: a file that says who holds it, and can tell a holder that is gone. */
import { link, mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { diskTrouble } from '../../kit/disk-trouble.ts';
import { DataDirError, StoreLocked } from './data-dir-error.ts';
import { isAlive, startTimeOf } from './processes.ts';

/** The holder touches its lock this often, so that another host (a pod on the same volume) can tell that it lives. */
const BEAT_MS = 5_000;
const SILENT_MS = 20_000;
/** Removing a stale lock takes milliseconds: who takes longer was killed on the way. */
const BREAKING_MS = 5_000;
const TRY_EVERY_MS = 20;
/** Long enough to outwait one that was killed on the way. */
const TRIES = (2 * BREAKING_MS) / TRY_EVERY_MS;

interface Holder {
  readonly pid: number;
  readonly startTime: string;
  readonly host: string;
}

export class DataLock {
  readonly #path: string;
  readonly #beat: NodeJS.Timeout;

  private constructor(path: string) {
    this.#path = path;
    this.#beat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, BEAT_MS);
    this.#beat.unref();
  }

  /** Throws StoreLocked naming the holder. A lock of another host is waited for until it has been silent for 20 s. */
  static async take(dataDir: string): Promise<DataLock> {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, 'lock');
    const mine = `${JSON.stringify({ pid: process.pid, startTime: await startTimeOf(process.pid), host: hostname() })}\n`;
    const draft = `${path}.${String(process.pid)}.${process.hrtime.bigint().toString(36)}`;
    try {
      await writeFile(draft, mine, { mode: 0o600 }).catch((error: unknown) => {
        throw unwritable(dataDir, error);
      });
      for (let tries = 0; tries < TRIES; tries++) {
        if (await created(draft, path)) return new DataLock(path);
        const text = await readFile(path, 'utf8').catch(() => null);
        if (text === null) continue;
        const living = await livingHolder(text, path);
        if (living !== null) throw locked(dataDir, living);
        await removeStale(path, text);
      }
      throw new DataDirError(`the lock ${path} changes hands too fast: start one Tattle only on this data directory`);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    await rm(this.#path, { force: true });
  }
}

function unwritable(dataDir: string, cause: unknown): unknown {
  const trouble = diskTrouble(cause);
  if (trouble === null) return cause;
  const mend = /ENOSPC|EDQUOT/.test(trouble)
    ? 'make room and start again, nothing of what is stored is lost'
    : 'give it to the user that runs Tattle, or name another directory';
  return new DataDirError(`the data directory ${dataDir} cannot be written, ${trouble}: ${mend}`, { cause });
}

async function created(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw new DataDirError(`the data directory cannot be locked: ${path} cannot be written`, { cause: error });
  }
}

async function livingHolder(text: string, path: string): Promise<Holder | null> {
  const holder = parse(text);
  if (holder === null) return null;
  if (holder.host !== hostname()) return (await touchedMeanwhile(path)) ? holder : null;
  if (!isAlive(holder.pid)) return null;
  const startTime = await startTimeOf(holder.pid);
  return holder.startTime === '' || startTime === '' || startTime === holder.startTime ? holder : null;
}

/** Ages are read from the file system's own clock: hosts need not agree on the time. */
async function touchedMeanwhile(path: string): Promise<boolean> {
  const before = await stat(path).catch(() => null);
  if (before === null) return false;
  if (Date.now() - before.mtimeMs > 3 * SILENT_MS) return false;
  const until = performance.now() + SILENT_MS;
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await stat(path).catch(() => null);
    if (now === null) return false;
    if (now.mtimeMs !== before.mtimeMs) return true;
  }
  return false;
}

/**
 * Two may find the same stale lock: whoever makes the folder beside it removes it, if it still says what was read.
 * The one it names is gone, so nobody else can change it meanwhile.
 */
async function removeStale(path: string, text: string): Promise<void> {
  const breaking = `${path}.breaking`;
  try {
    await mkdir(breaking);
  } catch {
    const age = Date.now() - ((await stat(breaking).catch(() => null))?.mtimeMs ?? Date.now());
    // Left by one that died between the next two lines.
    if (age > BREAKING_MS) await rmdir(breaking).catch(() => undefined);
    await new Promise((wake) => setTimeout(wake, TRY_EVERY_MS));
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === text) await rm(path, { force: true });
  } finally {
    await rmdir(breaking);
  }
}

function parse(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { pid, startTime, host } = value as Partial<Record<keyof Holder, unknown>>;
    if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof host !== 'string') return null;
    return { pid, startTime, host };
  } catch {
    return null;
  }
}

function locked(dataDir: string, holder: Holder): StoreLocked {
  return new StoreLocked(
    `the data directory ${dataDir} belongs to another Tattle (pid ${String(holder.pid)} on ${holder.host}). ` +
      `Stop that one, or give this one a data directory of its own.`,
    holder.pid,
  );
}

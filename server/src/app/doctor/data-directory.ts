/** The data directory: there or to be made, ours, writable, with room, and not another's. */
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataLock } from '../../store/embedded/data-lock.ts';
import { StoreLocked } from '../../store/embedded/data-dir-error.ts';
import { type Check, fail, messageOf, ok, skipped, warn } from './check.ts';

const NAME = 'data directory';
const MIB = 1024 * 1024;
const TOO_LITTLE_BYTES = 256 * MIB;
const LITTLE_BYTES = 2048 * MIB;

export interface DataDirectory {
  readonly checks: readonly Check[];
  /** Null where nobody does; else who, for a person. */
  readonly heldBy: string | null;
  readonly isThere: boolean;
}

/** `server`: where the server answers that runs on it; null where none does. */
export async function checkDataDirectory(directory: string, server: string | null): Promise<DataDirectory> {
  const found = await stat(directory).catch(() => null);
  if (found === null) return { checks: [await toBeMade(directory)], heldBy: null, isThere: false };
  if (!found.isDirectory()) {
    const check = fail(NAME, `${directory} is a file`, 'Move it away, or name another one with --data-dir.');
    return { checks: [check], heldBy: null, isThere: false };
  }
  const checks = [
    (await unwritable(directory)) ?? (await room(directory)),
    ...strangers(directory, found.uid, found.mode),
  ];
  if (server !== null) {
    return {
      checks: [...checks, ok(`${NAME} lock`, `held by the server at ${server}`)],
      heldBy: server,
      isThere: true,
    };
  }
  const { check, heldBy } = await lockCheck(directory);
  return { checks: [...checks, check], heldBy, isThere: true };
}

async function toBeMade(directory: string): Promise<Check> {
  let parent = dirname(directory);
  while (parent !== dirname(parent) && (await stat(parent).catch(() => null)) === null) parent = dirname(parent);
  const check = await unwritable(parent);
  return check ?? ok(NAME, `${directory} is made at the first start`);
}

async function unwritable(directory: string): Promise<Check | null> {
  try {
    await access(directory, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const uid = process.getuid?.();
    const owner = uid === undefined ? 'this user' : `uid ${uid}`;
    return fail(
      NAME,
      `${directory} cannot be written (${messageOf(error)})`,
      `Give it to ${owner} (chown), mount its volume writable, or name another one with --data-dir.`,
    );
  }
}

async function room(directory: string): Promise<Check> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const told = `${directory} has ${sizeOf(free)} free`;
  const mend = 'Make room, or shorten retention.days: a full disk stops what is stored.';
  if (free < TOO_LITTLE_BYTES) return fail(NAME, told, mend);
  return free < LITTLE_BYTES ? warn(NAME, told, mend) : ok(NAME, told);
}

function sizeOf(bytes: number): string {
  const mib = Math.round(bytes / MIB);
  return mib < 10_240 ? `${mib} MiB` : `${Math.round(mib / 1024)} GiB`;
}

function strangers(directory: string, owner: number, mode: number): readonly Check[] {
  const uid = process.getuid?.();
  const checks: Check[] = [];
  if (uid !== undefined && uid !== 0 && owner !== uid) {
    const mend = `Run as uid ${owner}, or give it to uid ${uid}: chown -R ${uid} ${directory}`;
    checks.push(warn(`${NAME} owner`, `${directory} belongs to uid ${owner}, and this is uid ${uid}`, mend));
  }
  if (uid !== undefined && (mode & 0o005) !== 0) {
    const told = `every user of this machine may look into ${directory}`;
    checks.push(warn(`${NAME} owner`, told, `chmod o-rwx ${directory}`));
  }
  return checks;
}

/** Taken and given back: whatever holds it is found as a start would find it. */
async function lockCheck(directory: string): Promise<{ check: Check; heldBy: string | null }> {
  const name = `${NAME} lock`;
  try {
    const lock = await DataLock.take(directory);
    await lock.release();
    return { check: ok(name, 'nobody holds it'), heldBy: null };
  } catch (error) {
    if (!(error instanceof StoreLocked)) return { check: skipped(name, messageOf(error)), heldBy: null };
    const heldBy = `process ${error.pid}`;
    const mend = 'It may be starting or stopping: look again in a minute. Where it hangs, stop that process.';
    return { check: warn(name, `${heldBy} holds it, but answers no requests`, mend), heldBy };
  }
}

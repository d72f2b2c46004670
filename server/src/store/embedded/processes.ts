/** What the operating system says about a process: a pid alone proves nothing, it is given out again. */
import { readFileSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ended, and not yet collected by its parent: in containers without an init it may stay so for ever. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** Clock ticks since boot at which it began, from /proc; empty where there is no /proc (macOS, Windows) or no such process. */
export async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold anything; the fields after the last one are plain. Field 22 is the 20th of those.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** The folder that it works in; null where it cannot be known. PostgreSQL works in its data directory. */
export async function workingFolderOf(pid: number): Promise<string | null> {
  return readlink(`/proc/${String(pid)}/cwd`).catch(() => null);
}

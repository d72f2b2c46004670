/** What there is to know of a running postmaster: its file in the data directory, whether it answers, and how it is stopped. */
import type { ChildProcess } from 'node:child_process';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { ClientConfig } from 'pg';
import { isAlive, workingFolderOf } from './processes.ts';

const STOP_MS = 30_000;
const ANSWER_MS = 2_000;
/** Starting, recovering what a crash left, or stopping. */
const CANNOT_CONNECT_NOW = '57P03';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
}

/** `busy`: it is there, and says itself that it is not ready yet. */
export type Answer = 'yes' | 'busy' | 'no';

/** Of whoever runs, or ran, on this folder; null where no file says so. */
export async function readPostmaster(pgdata: string): Promise<Postmaster | null> {
  const lines = (await readFile(join(pgdata, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? '5432') || 5432, socketFolder: (lines[4] ?? '').trim() };
}

/**
 * False where another folder lies in the place of the one that it works on (a backup put back, a volume mounted over it): it
 * would serve nothing of it, and notice only within a minute. A place where nothing lies, or that cannot be read, may come back.
 */
export async function worksOn(pid: number, pgdata: string): Promise<boolean> {
  const place = await realpath(pgdata).catch(() => null);
  if (place === null || !(await exists(join(pgdata, 'global', 'pg_control')))) return true;
  const folder = await workingFolderOf(pid);
  if (folder !== null && folder !== place) return false;
  return (await exists(join(pgdata, 'postmaster.pid'))) !== false;
}

/** Null where it cannot be known. */
async function exists(path: string): Promise<boolean | null> {
  return stat(path).then(
    () => true,
    (error: unknown) => (error instanceof Error && 'code' in error && error.code === 'ENOENT' ? false : null),
  );
}

export async function answerOf(address: ClientConfig): Promise<Answer> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: ANSWER_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return 'yes';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === CANNOT_CONNECT_NOW ? 'busy' : 'no';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one, after which it recovers from its log. */
const FAST = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;

export async function stopProcess(
  pid: number,
  child: ChildProcess | null,
  signals: readonly NodeJS.Signals[] = FAST,
): Promise<void> {
  const gone = () => (child === null ? !isAlive(pid) : child.exitCode !== null || child.signalCode !== null);
  for (const signal of signals) {
    if (pid <= 0 || gone()) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const until = performance.now() + STOP_MS;
    while (!gone() && performance.now() < until) await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** PostgreSQL refuses to run as root: how to start its programs so that it does not find itself root. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { chmod, chown, lchown, mkdir, readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { copyOf } from './binaries.ts';
import { DataDirError } from './data-dir-error.ts';
import { mendOf } from './start-failure.ts';

/** `nobody` nearly everywhere; any unprivileged number will do. */
const UNPRIVILEGED = 65_534;
const RUN_LIMIT_MS = 120_000;

/** Starts PostgreSQL's programs of one `bin/` folder. */
export interface Runner {
  start(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess;
  run(program: string, args: readonly string[]): Promise<string>;
  /** Gives a file or folder to whom the programs run as. */
  own(path: string): Promise<void>;
}

export type RunAs = 'self' | 'unshare' | 'unprivileged';

/** What works here: plainly unless we are root, then in a user namespace, else as an unprivileged user. */
export async function chooseRunAs(): Promise<RunAs> {
  const root = process.getuid?.() === 0;
  // initdb wants a name for its user; a container may run under a number that has none.
  if (!root && hasName()) return 'self';
  if (await succeeds('unshare', [...(await namespace()), 'true'])) return 'unshare';
  return root ? 'unprivileged' : 'self';
}

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

/** A user namespace in which we are an ordinary user that has a name. */
async function namespace(): Promise<readonly string[]> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n');
  const known = new Set(lines.map((line) => Number(line.split(':')[2])));
  const user = String(known.has(1000) ? 1000 : UNPRIVILEGED);
  return ['--user', `--map-user=${user}`, `--map-group=${user}`];
}

export async function runnerFor(runAs: RunAs, bin: string, dataDir: string): Promise<Runner> {
  if (runAs === 'self')
    return runner(
      (program, args) => [join(bin, program), args],
      {},
      async () => {},
    );
  if (runAs === 'unshare') {
    const inside = await namespace();
    const command = (program: string, args: readonly string[]): [string, readonly string[]] => [
      'unshare',
      [...inside, join(bin, program), ...args],
    ];
    return runner(command, {}, async () => {});
  }
  const user = { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
  await chown(dataDir, user.uid, user.gid);
  const readable = (await succeeds(join(bin, 'postgres'), ['--version'], user))
    ? bin
    : join(await copyOf(dirname(bin), dataDir), 'bin');
  await openToAll(readable);
  if (!(await succeeds(join(readable, 'postgres'), ['--version'], user))) {
    throw new DataDirError(
      `PostgreSQL cannot run as root, and user ${String(UNPRIVILEGED)} cannot reach ${readable}. ` +
        'Start Tattle as a user of its own, or put the data directory where that user may enter (not below /root).',
    );
  }
  return runner((program, args) => [join(readable, program), args], user, giveTo);
}

function runner(
  command: (program: string, args: readonly string[]) => [string, readonly string[]],
  user: { uid?: number; gid?: number },
  own: (path: string) => Promise<void>,
): Runner {
  // Nothing of our environment is PostgreSQL's business (PGDATA, PGPORT, locale); the time zone files come with it.
  const environment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return {
    own,
    start: (program, args, stdio) => {
      const [file, all] = command(program, args);
      // A group of its own: Ctrl-C in a terminal must reach us, who stop it in order.
      return spawn(file, all, { stdio, detached: true, env: environment, cwd: '/', ...user });
    },
    run: (program, args) =>
      new Promise((resolve, reject) => {
        const [file, all] = command(program, args);
        execFile(file, all, { env: environment, cwd: '/', timeout: RUN_LIMIT_MS, ...user }, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else {
            const said = (stderr || error.message).trim();
            const mend = mendOf(said);
            reject(new DataDirError(`${program} failed${mend === null ? '' : `, ${mend}`}: ${said}`, { cause: error }));
          }
        });
      }),
  };
}

async function giveTo(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await giveAll(path);
}

async function giveAll(path: string): Promise<void> {
  await lchown(path, UNPRIVILEGED, UNPRIVILEGED);
  for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveAll(inner);
    else await lchown(inner, UNPRIVILEGED, UNPRIVILEGED);
  }
}

async function openToAll(bin: string): Promise<void> {
  await chmod(bin, 0o755).catch(() => undefined);
}

function succeeds(file: string, args: readonly string[], user: { uid?: number; gid?: number } = {}): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      execFile(file, args, { timeout: RUN_LIMIT_MS, cwd: '/', ...user }, (error) => resolve(error === null));
    } catch {
      resolve(false);
    }
  });
}

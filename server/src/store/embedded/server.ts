/** A PostgreSQL server of our own on a data directory: made on the first start, adopted after a crash, restarted when it dies. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { isWorthTelling } from '../../kit/worth-telling.ts';
import type { Logger } from '../../model/ports/process.ts';
import { emptyFolder, majorVersionOf, packagedBinaries } from './binaries.ts';
import { DataDirError } from './data-dir-error.ts';
import { answerOf, readPostmaster, stopProcess, worksOn } from './postmaster.ts';
import { isAlive, workingFolderOf } from './processes.ts';
import { chooseRunAs, runnerFor } from './run-as.ts';
import type { RunAs, Runner } from './run-as.ts';
import { SERVER_SETTINGS } from './server-settings.ts';
import { isLingering, mendOn } from './start-failure.ts';

/** What a folder is called until its cluster is whole. */
const DRAFT = '.new';
const START_MS = 60_000;
/** It is told again while a crash's log is read through, which may take minutes on a slow disk. */
const RECOVERY_TOLD_MS = 30_000;
const WATCH_MS = 500;
/** Whoever puts a folder there may still be at it. */
const STRANGE_MS = 3_000;
/** Between tries to start it again: it is back within seconds once its disk is. */
const LONGEST_PAUSE_MS = 2_000;
const LOG_LIMIT = 10 * 1024 * 1024;
/** sun_path holds 108 bytes on Linux, 104 on macOS, one for the end; `/.s.PGSQL.5432` takes 14. */
const SOCKET_FOLDER_BYTES = (process.platform === 'darwin' ? 103 : 107) - 14;

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  /** A `bin/` folder other than the npm package's. */
  readonly binDir?: string;
  readonly runAs?: RunAs;
}

export class EmbeddedServer {
  readonly #options: EmbeddedOptions;
  readonly #pgdata: string;
  readonly #runner: Runner;
  #address: ClientConfig = {};
  #child: ChildProcess | null = null;
  #pid = 0;
  readonly #stop = new AbortController();
  #trouble: string | null = null;
  /** Since when another folder lies where it works. */
  #strangeSince: number | null = null;
  #watch: Promise<void> = Promise.resolve();

  private constructor(options: EmbeddedOptions, runner: Runner) {
    this.#options = options;
    this.#pgdata = join(options.dataDir, 'postgres');
    this.#runner = runner;
  }

  /** The caller holds the data directory's lock. Resolves when the server takes connections. */
  static async open(asked: EmbeddedOptions): Promise<EmbeddedServer> {
    const options = { ...asked, dataDir: resolve(asked.dataDir) };
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
    const bin = options.binDir ?? (await packagedBinaries(options.dataDir));
    const runner = await runnerFor(options.runAs ?? (await chooseRunAs()), bin, options.dataDir);
    const server = new EmbeddedServer(options, runner);
    await server.#prepare();
    if (!(await server.#adopt())) await server.#start();
    server.#watch = server.#keepAlive();
    return server;
  }

  /** How to connect as the owner of everything. */
  get address(): ClientConfig {
    return this.#address;
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  get pid(): number {
    return this.#pid;
  }

  /** Why it is not there, for people; null while it is, and where nobody knows. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Fast shutdown: clients are cut off, everything is written. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#watch;
    await stopProcess(this.#pid, this.#child);
  }

  async #prepare(): Promise<void> {
    const major = await majorVersionOf((program, argument) => this.#runner.run(program, [argument]));
    const version = (await readFile(join(this.#pgdata, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
    if (version !== '' && Number(version) !== major) {
      throw new DataDirError(
        `the data directory ${this.#options.dataDir} was made by PostgreSQL ${version}, this Tattle brings ${String(major)}. ` +
          'Make a backup with the Tattle that made it, start this one on an empty data directory, and restore.',
      );
    }
    if (version !== '') return;
    if (!(await emptyFolder(this.#pgdata))) await this.#refuseUnknown();
    // Made aside and renamed: a first start that was killed half-way leaves nothing that looks whole.
    // Under a name of its own: what the killed one had begun may still be writing.
    await this.#removeDrafts();
    const draft = `${this.#pgdata}${DRAFT}${randomBytes(4).toString('hex')}`;
    await this.#runner.own(draft);
    const unix = process.platform !== 'win32';
    const passwordFile = join(this.#options.dataDir, 'password');
    if (!unix) await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    const access = unix ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await this.#runner.run('initdb', [
      `--pgdata=${draft}`,
      '--username=tattle',
      '--encoding=UTF8',
      '--locale=C',
      ...access,
    ]);
    await rename(draft, this.#pgdata);
  }

  async #removeDrafts(): Promise<void> {
    const { dataDir } = this.#options;
    for (const name of await readdir(dataDir)) {
      if (!name.startsWith(`${basename(this.#pgdata)}${DRAFT}`)) continue;
      // One that is still being written goes at a later first start, or takes some MB.
      await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #refuseUnknown(): Promise<never> {
    throw new DataDirError(
      `${this.#pgdata} holds files but no PostgreSQL data. Give Tattle an empty data directory, or move these files away.`,
    );
  }

  /** A server that an earlier Tattle left behind is taken over if it answers, and stopped if it does not. */
  async #adopt(): Promise<boolean> {
    const left = await readPostmaster(this.#pgdata);
    if (left === null) {
      // What a full disk or a power cut left of the file names nobody, and PostgreSQL would not start over it.
      await rm(join(this.#pgdata, 'postmaster.pid'), { force: true });
      return false;
    }
    const folder = isAlive(left.pid) ? await workingFolderOf(left.pid) : null;
    const unknowable = process.platform !== 'linux' && isAlive(left.pid);
    if (folder !== (await realpath(this.#pgdata)) && !unknowable) {
      // Nobody's: the pid is free, or was given to another process (likely in containers).
      await rm(join(this.#pgdata, 'postmaster.pid'), { force: true });
      return false;
    }
    const address = await this.#addressOf(left.socketFolder, left.port);
    const answer = await answerOf(address);
    if (
      answer === 'yes' ||
      (answer === 'busy' && (await this.#answersInTime(address, () => !isAlive(left.pid))) === null)
    ) {
      this.#address = address;
      this.#pid = left.pid;
      this.#options.logger.info({ pid: left.pid }, 'took over the PostgreSQL that an earlier run left behind');
      return true;
    }
    await stopProcess(left.pid, null);
    return false;
  }

  async #start(): Promise<void> {
    const log = join(this.#options.dataDir, 'postgres.log');
    if (((await stat(log).catch(() => null))?.size ?? 0) > LOG_LIMIT) await rename(log, `${log}.1`);
    const until = performance.now() + START_MS;
    for (;;) {
      const said = (await stat(log).catch(() => null))?.size ?? 0;
      const failure = await this.#startOnce(log);
      if (failure === null) return;
      const text = (await readFile(log, 'utf8').catch(() => '')).slice(said).trim();
      if (!isLingering(text) || performance.now() > until) {
        const mend = await mendOn(this.#options.dataDir, text);
        this.#trouble = mend ?? `PostgreSQL does not start (${failure})`;
        throw new DataDirError(
          `PostgreSQL did not start (${failure})${mend === null ? '' : `: ${mend}`}: ${text.slice(-2_000)}`,
        );
      }
      await new Promise((wake) => setTimeout(wake, 200));
    }
  }

  async #startOnce(log: string): Promise<string | null> {
    const socketFolder = await this.#socketFolder();
    const port = process.platform === 'win32' ? await freePort() : 5432;
    const address = await this.#addressOf(socketFolder, port);
    const listen =
      socketFolder === ''
        ? { listen_addresses: '127.0.0.1', port: String(port) }
        : {
            listen_addresses: '',
            unix_socket_directories: socketFolder,
            unix_socket_permissions: '0700',
            port: String(port),
          };
    const settings = Object.entries({ ...SERVER_SETTINGS, ...listen }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const output = await open(log, 'a', 0o600);
    let child: ChildProcess;
    try {
      child = this.#runner.start('postgres', ['-D', this.#pgdata, ...settings], ['ignore', output.fd, output.fd]);
    } finally {
      await output.close();
    }
    let ended: string | null = null;
    child.once('exit', (code, signal) => (ended = `exit ${String(code ?? signal)}`));
    child.once('error', (error) => (ended = error.message));
    child.unref();
    const failure = await this.#answersInTime(address, () => ended !== null || this.#stopping);
    if (failure === null) {
      this.#child = child;
      this.#pid = child.pid ?? 0;
      this.#address = address;
      this.#trouble = null;
      return null;
    }
    if (ended === null) await stopProcess(child.pid ?? 0, child);
    return ended ?? failure;
  }

  /** Null once it answers. One that is busy with what a crash left is given all the time that it takes. */
  async #answersInTime(address: ClientConfig, isOver: () => boolean): Promise<string | null> {
    let until = performance.now() + START_MS;
    let toldAt = performance.now();
    while (!isOver()) {
      const now = performance.now();
      const answer = await answerOf(address);
      if (answer === 'yes') return null;
      if (answer === 'busy') until = now + START_MS;
      if (now > until) return 'it did not answer in time';
      if (answer === 'busy' && now - toldAt >= RECOVERY_TOLD_MS) {
        toldAt = now;
        this.#options.logger.warn({}, 'PostgreSQL still recovers what a crash left in its log');
      }
      await new Promise((wake) => setTimeout(wake, 25));
    }
    return 'it ended';
  }

  async #socketFolder(): Promise<string> {
    if (process.platform === 'win32') return '';
    const own = join(this.#options.dataDir, 'run');
    if (Buffer.byteLength(own) <= SOCKET_FOLDER_BYTES && !own.includes(',')) {
      await mkdir(own, { recursive: true, mode: 0o700 });
      await chmod(own, 0o700);
      await this.#runner.own(own);
      return own;
    }
    // Kept in a file, so that every restart uses the same.
    const note = join(this.#options.dataDir, 'run-folder');
    const noted = await readFile(note, 'utf8').catch(() => '');
    const info = noted === '' ? null : await stat(noted).catch(() => null);
    if (info?.isDirectory() === true && (info.mode & 0o077) === 0) return noted;
    const made = await mkdtemp(join(tmpdir(), 'tattle-'));
    await this.#runner.own(made);
    await writeFile(note, made, { mode: 0o600 });
    return made;
  }

  async #addressOf(socketFolder: string, port: number): Promise<ClientConfig> {
    const who = { user: 'tattle', database: 'postgres', port };
    if (socketFolder !== '') return { ...who, host: socketFolder };
    return { ...who, host: '127.0.0.1', password: await readFile(join(this.#options.dataDir, 'password'), 'utf8') };
  }

  async #keepAlive(): Promise<void> {
    const { logger } = this.#options;
    let failures = 0;
    while (!this.#stopping) {
      await restAtMost(Math.min(LONGEST_PAUSE_MS, WATCH_MS * 2 ** failures), this.#stop.signal);
      if (this.#stopping || (await this.#lives())) continue;
      if (failures === 0) logger.error({ pid: this.#pid }, 'PostgreSQL is gone; starting it again');
      try {
        await rm(join(this.#pgdata, 'postmaster.pid'), { force: true });
        await this.#start();
        if (failures > 0) logger.info({ failures }, 'PostgreSQL is there again');
        failures = 0;
      } catch (error) {
        failures += 1;
        if (this.#stopping || !isWorthTelling(failures)) continue;
        logger.error({ err: error, failures }, 'PostgreSQL could not be started again; trying on');
      }
    }
  }

  /** One that works on what is no longer there is ended, so that its heir finds what is. */
  async #lives(): Promise<boolean> {
    if (!this.#isAlive()) return false;
    const now = performance.now();
    if (await worksOn(this.#pid, this.#pgdata)) this.#strangeSince = null;
    else this.#strangeSince ??= now;
    if (this.#strangeSince === null || now - this.#strangeSince < STRANGE_MS) return true;
    this.#strangeSince = null;
    this.#options.logger.error(
      { pid: this.#pid },
      'another folder lies where PostgreSQL works: it is started anew there',
    );
    await stopProcess(this.#pid, this.#child, ['SIGQUIT', 'SIGKILL']);
    return false;
  }

  #isAlive(): boolean {
    if (this.#child !== null) return this.#child.exitCode === null && this.#child.signalCode === null;
    return isAlive(this.#pid);
  }
}

/** By a signal: each race against one promise that lasts would be held by it for as long, twice a second. */
async function restAtMost(ms: number, stopped: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopped, ref: false }).catch(() => undefined);
}

async function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => settle(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

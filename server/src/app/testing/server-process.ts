/** A whole Tattle as a process of its own, in a data directory and a home of its own, and its API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const MAIN = join(import.meta.dirname, '../main.ts');
/** The whole machine may be busy; what takes this long is broken. */
const PATIENCE_MS = 60_000;

export interface ServerProcess {
  readonly child: ChildProcess;
  /** The one-time link, as it was printed. */
  readonly link: string;
  readonly origin: string;
  readonly token: string;
  /** Everything that it wrote on standard error. */
  readonly log: () => string;
  readonly get: <Body>(path: string) => Promise<{ status: number; body: Body }>;
  readonly put: (path: string, body: unknown) => Promise<number>;
  /** Asks until the body is as wanted. */
  readonly awaits: <Body>(path: string, isWanted: (body: Body, status: number) => boolean) => Promise<Body>;
  /** Its exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export interface EndedProcess {
  readonly code: number | null;
  readonly log: string;
}

type Variables = Readonly<Record<string, string>>;

/** Resolves when it has printed its link. `home` holds its data directory `data`. `atEnd` is told how to stop it: at the end of the test, unless several tests share it. */
export async function startServer(
  home: string,
  variables: Variables = {},
  atEnd: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<ServerProcess> {
  const { child, log, ended } = launch(home, variables);
  // Gently, so that it takes its PostgreSQL along.
  atEnd(async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS / 3);
    await ended;
    clearTimeout(late);
  });
  const link = await Promise.race([linkOf(child), ended.then(() => null)]);
  if (link === null) throw new Error(`it ended without a link:\n${log()}`);
  const { origin, searchParams } = new URL(link);
  const token = searchParams.get('token') ?? '';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const get = async <Body>(path: string) => {
    const response = await fetch(new URL(path, origin), { headers });
    return { status: response.status, body: (await response.json()) as Body };
  };
  return {
    child,
    link,
    origin,
    token,
    log,
    get,
    put: async (path, body) => {
      const response = await fetch(new URL(path, origin), { method: 'PUT', headers, body: JSON.stringify(body) });
      await response.arrayBuffer();
      return response.status;
    },
    awaits: async <Body>(path: string, isWanted: (body: Body, status: number) => boolean) => {
      let last: unknown;
      const look = async () => {
        const { body, status } = await get<Body>(path);
        last = body;
        return isWanted(body, status) ? body : undefined;
      };
      return eventually(() => `${path} to become as wanted; it is ${JSON.stringify(last).slice(0, 2000)}`, look);
    },
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return (await ended).code;
    },
  };
}

/** For one that is expected to end by itself. */
export function runToEnd(home: string, variables: Variables = {}): Promise<EndedProcess> {
  return launch(home, variables).ended;
}

export async function eventually<T>(what: string | (() => string), look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new Error(`waited ${PATIENCE_MS} ms for ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(100);
  }
}

function launch(home: string, variables: Variables) {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TATTLE_DATA_DIR: join(home, 'data'),
    TATTLE_PORT: '0',
    TATTLE_LOG_FORMAT: 'json',
    ...variables,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = once(child, 'close').then((): EndedProcess => ({ code: child.exitCode, log }));
  return { child, log: () => log, ended };
}

async function linkOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const link = /https?:\/\/\S+token=\S+/.exec(text)?.[0];
    if (link !== undefined) return link;
  }
  throw new Error(`it printed no link:\n${text}`);
}

/** Where a command reads from: a server by its URL, the one that runs on a data directory, or the store itself. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WireProblem } from '@tattle/contract';
import type { LoadEngine } from './engine.ts';
import { CommandFailure, EXIT, usageFailure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

export interface Target {
  readonly server?: string;
  readonly dataDir?: string;
  readonly store?: string;
}

export interface Connection {
  /** Answers the parsed body. Rejects with `CommandFailure` for everything but success. */
  get(path: string, query: URLSearchParams): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  /** Whether a running server answers; otherwise nobody acts on what is changed. */
  readonly live: boolean;
  close(): Promise<void>;
}

const REQUEST_MS = 30_000;

/** Rejects with `CommandFailure` where nothing can be read from. */
export async function connect(target: Target, surroundings: Surroundings, loadEngine: LoadEngine): Promise<Connection> {
  const named = Object.values(target).filter((value) => value !== undefined);
  if (named.length > 1) throw usageFailure('--server, --data-dir and --store exclude one another', 'Give one of them.');
  const { env } = surroundings;
  if (target.server !== undefined) {
    return overHttp(
      serverUrl(target.server),
      env.TATTLE_TOKEN,
      surroundings,
      'Set TATTLE_TOKEN to the token that it printed at start.',
    );
  }
  const storeUrl = target.store ?? (target.dataDir === undefined ? env.TATTLE_STORE_URL : undefined);
  if (storeUrl !== undefined && storeUrl !== '') return fromStore({ storeUrl }, 'the store', loadEngine);
  const dataDir = resolve(target.dataDir ?? env.TATTLE_DATA_DIR ?? '.tattle');
  if (!existsSync(dataDir)) {
    throw new CommandFailure(
      EXIT.unreachable,
      `there is no data directory ${dataDir}`,
      'Name one with --data-dir, a server with --server URL, or a PostgreSQL with --store URL.',
    );
  }
  // Only a server that runs writes this file; without it there is none to look for.
  const running = existsSync(join(dataDir, 'server.json')) ? await (await loadEngine()).runningServer(dataDir) : null;
  if (running !== null) {
    return overHttp(
      new URL(running.url),
      running.token,
      surroundings,
      `The server of ${dataDir} may have restarted just now: try again.`,
    );
  }
  return fromStore({ dataDir }, dataDir, loadEngine);
}

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url;
  throw usageFailure('--server is no http(s) URL', 'Write for example --server http://127.0.0.1:7171.');
}

function overHttp(base: URL, token: string | undefined, { signal }: Surroundings, mend: string): Connection {
  const send = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined && token !== '') headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]);
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      const response = await fetch(new URL(path, base), {
        method,
        headers,
        signal: limit,
        redirect: 'error',
        ...payload,
      });
      return outcome(response.status, await response.text(), mend);
    } catch (error) {
      if (error instanceof CommandFailure || signal.aborted) throw error;
      throw new CommandFailure(
        EXIT.unreachable,
        `no Tattle answers at ${base.origin} (${reasonOf(error)})`,
        'Is it running there? tattle serve starts one.',
        {
          cause: error,
        },
      );
    }
  };
  return {
    get: (path, query) => send('GET', `${path}?${query.toString()}`),
    post: (path, body) => send('POST', path, body),
    live: true,
    close: async () => {},
  };
}

async function fromStore(
  where: { readonly dataDir?: string; readonly storeUrl?: string },
  name: string,
  loadEngine: LoadEngine,
): Promise<Connection> {
  const engine = await loadEngine();
  const opened = await engine.openHistory(where).catch((error: unknown) => {
    throw new CommandFailure(EXIT.unreachable, `${name} cannot be opened: ${reasonOf(error)}`, '', { cause: error });
  });
  const send = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const answer = await opened.request(method, path, body);
    return outcome(answer.status, answer.body, '');
  };
  return {
    get: (path, query) => send('GET', `${path}?${query.toString()}`),
    post: (path, body) => send('POST', path, body),
    live: false,
    close: () => opened.close(),
  };
}

function outcome(status: number, body: string, accessMend: string): unknown {
  const value = parsed(body);
  if (status >= 200 && status < 300 && value !== undefined) return value;
  if (status === 401 || status === 403)
    throw new CommandFailure(EXIT.refused, 'the server refuses this token, or wants one', accessMend);
  if (isProblem(value)) throw new CommandFailure(status === 400 ? EXIT.usage : EXIT.failed, value.detail, value.hint);
  throw new CommandFailure(EXIT.failed, `what answers there is no Tattle (HTTP ${status})`, 'Check the address.');
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is WireProblem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'hint' in value && 'requestId' in value;
}

/** fetch hides why in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return 'no answer in time';
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

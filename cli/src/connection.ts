/** Where a command reads from: a server by its URL, the one that runs on a data directory, or the store itself. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Asked, bodyOf, refusal, strangerFailure } from './answer-meaning.ts';
import { answerPieces, Patience } from './answer-pieces.ts';
import { usualDataDir } from './data-dir.ts';
import type { LoadEngine, OpenedHistory } from './engine.ts';
import { CommandFailure, EXIT, usageFailure } from './failure.ts';
import { printable } from './printable.ts';
import { reasonOf } from './reason-of.ts';
import type { Surroundings } from './surroundings.ts';

export interface Target {
  readonly server?: string;
  readonly dataDir?: string;
  readonly store?: string;
}

export interface Connection {
  /**
   * Answers the parsed body, which has this member: by that, Tattle's answers are told from others'.
   * Rejects with `CommandFailure` for everything but success.
   */
  get(path: string, query: URLSearchParams, member: string): Promise<unknown>;
  post(path: string, body: unknown, member: string): Promise<unknown>;
  delete(path: string, member: string): Promise<unknown>;
  /** Whether a running server answers; otherwise nobody acts on what is changed. */
  readonly live: boolean;
  /** The data directory that is read itself, since no server runs on it: nothing new comes in there. */
  readonly unwatched?: string;
  /** The moment that ages are reckoned from, where that is not the present. */
  readonly now?: number;
  /** How often asking again makes sense; every two seconds unless told. */
  readonly watchEveryMs?: number;
  close(): Promise<void>;
}

/** To a server or a store of Tattle's, which also send what is too long to be held. */
export interface TattleConnection extends Connection {
  /**
   * The body as text, piece by piece. Throws `CommandFailure` for everything but success, also where it breaks off, and for what is not
   * of a type that Tattle would send: by default, lines of JSON or CSV.
   */
  stream(path: string, query: URLSearchParams, type?: RegExp): AsyncGenerator<string>;
}

type Method = 'GET' | 'POST' | 'DELETE';

type Send = (method: Method, path: string, member: string, body?: unknown) => Promise<unknown>;

/** What a long answer of Tattle's is. */
const EXPORTED = /^(application\/x-ndjson|text\/csv)\b/;

/** Of a long answer, how long each piece of it may take. */
const REQUEST_MS = 30_000;

/** Rejects with `CommandFailure` where nothing can be read from. */
export async function connect(
  target: Target,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
): Promise<TattleConnection> {
  const named = Object.values(target).filter((value) => value !== undefined);
  if (named.length > 1) throw usageFailure('--server, --data-dir and --store exclude one another', 'Give one of them.');
  const { env } = surroundings;
  if (target.server !== undefined) {
    return overHttp(
      serverUrl(target.server),
      env.TATTLE_TOKEN,
      surroundings,
      'Set TATTLE_TOKEN to a token of that server: the one in the link that it printed at start, or one that tattle token create made.',
    );
  }
  const storeUrl = target.store ?? (target.dataDir === undefined ? env.TATTLE_STORE_URL : undefined);
  if (hasText(storeUrl)) {
    return fromStore({ storeUrl: postgresUrl(storeUrl) }, 'the store', surroundings, loadEngine);
  }
  const dataDir = target.dataDir === undefined ? usualDataDir(env) : resolve(target.dataDir);
  if (!existsSync(dataDir)) {
    throw new CommandFailure(
      EXIT.unreachable,
      `there is no data directory ${dataDir}`,
      'Name one with --data-dir, a server with --server URL, or a PostgreSQL with --store URL. tattle diagnose looks at a cluster without them; tattle demo shows one at work.',
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
  return { ...(await fromStore({ dataDir }, dataDir, surroundings, loadEngine)), unwatched: dataDir };
}

/** On a terminal: old news must not pass for how things stand. */
export async function sayUnwatched({ unwatched }: Connection, { stderr }: Surroundings): Promise<void> {
  if (unwatched === undefined || !stderr.isTerminal) return;
  await stderr.write(`No server runs on ${printable(unwatched)}: what came after it stopped is not known.\n`);
}

/** What `--server` says. Throws `CommandFailure`. */
export function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.username + url.password !== '') {
    throw usageFailure('--server takes no user and no password', 'Set TATTLE_TOKEN to a token instead.');
  }
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url;
  throw usageFailure('--server is no http(s) URL', 'Write for example --server http://127.0.0.1:7171.');
}

function postgresUrl(text: string): string {
  if (/^postgres(ql)?:/.test(text) && URL.canParse(text)) return text;
  throw usageFailure(
    'the store is no PostgreSQL URL',
    'Write for example --store postgres://user@db.example.org:5432/tattle.',
  );
}

function overHttp(
  base: URL,
  token: string | undefined,
  { signal }: Surroundings,
  accessMend: string,
): TattleConnection {
  // Behind a proxy it may live under a path.
  const place = `${base.origin}${base.pathname.replace(/\/+$/, '')}`;
  const asked: Asked = { place, hasToken: hasText(token), accessMend };
  if (hasText(token) && !/^[!-~]+$/.test(token)) {
    throw usageFailure(
      'TATTLE_TOKEN holds characters that no token has',
      'Set it again, without blanks or line breaks.',
    );
  }
  const ask = async <Answer>(
    { method, path, body }: { readonly method: Method; readonly path: string; readonly body?: unknown },
    limit: AbortSignal,
    read: (response: Response) => Promise<Answer>,
  ): Promise<Answer> => {
    const headers: Record<string, string> = { accept: 'application/json, application/x-ndjson, text/csv' };
    if (hasText(token)) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      const response = await fetch(`${place}${path}`, {
        method,
        headers,
        signal: AbortSignal.any([signal, limit]),
        redirect: 'error',
        ...payload,
      });
      return await read(response);
    } catch (error) {
      if (error instanceof CommandFailure || signal.aborted) throw error;
      throw new CommandFailure(
        EXIT.unreachable,
        `no Tattle answers at ${place} (${reasonOf(error)})`,
        'Is it running there? tattle serve starts one.',
        {
          cause: error,
        },
      );
    }
  };
  const send: Send = (method, path, member, body) =>
    ask({ method, path, body }, AbortSignal.timeout(REQUEST_MS), async (response) =>
      bodyOf(response.status, await response.text(), member, asked),
    );
  return {
    ...overSend(send),
    async *stream(path, query, type = EXPORTED) {
      const patience = new Patience(REQUEST_MS);
      patience.begin();
      const request = { method: 'GET', path: `${path}?${query.toString()}` } as const;
      const body = await ask(request, patience.signal, async (response) => {
        if (!response.ok || response.body === null) throw refusal(response.status, await response.text(), asked);
        if (!type.test(response.headers.get('content-type') ?? '')) throw strangerFailure(response.status, asked);
        return response.body;
      }).finally(() => patience.end());
      yield* answerPieces(body, signal, patience);
    },
    live: true,
    close: async () => {},
  };
}

async function fromStore(
  where: { readonly dataDir?: string; readonly storeUrl?: string },
  name: string,
  { signal }: Surroundings,
  loadEngine: LoadEngine,
): Promise<TattleConnection> {
  const engine = await loadEngine();
  const opened = await engine.openHistory(where).catch((error: unknown) => {
    const reason = reasonOf(error);
    const told = reason.includes(name) ? reason : `${name} cannot be opened: ${reason}`;
    throw new CommandFailure(EXIT.unreachable, told, '', { cause: error });
  });
  return {
    ...overRequests(opened, false, name),
    async *stream(path, query) {
      const { status, body } = await opened.stream(`${path}?${query.toString()}`);
      const pieces = answerPieces(body, signal);
      if (status === 200) {
        yield* pieces;
        return;
      }
      let problem = '';
      for await (const piece of pieces) problem += piece;
      throw refusal(status, problem, { place: name, hasToken: false, accessMend: '' });
    },
  };
}

/** Over what answers in this process; `place` is what it reads from. */
export function overRequests(opened: OpenedHistory, live: boolean, place: string): Connection {
  const asked: Asked = { place, hasToken: false, accessMend: '' };
  const send: Send = async (method, path, member, body) => {
    const answer = await opened.request(method, path, body);
    return bodyOf(answer.status, answer.body, member, asked);
  };
  return { ...overSend(send), live, close: () => opened.close() };
}

function overSend(send: Send): Pick<Connection, 'get' | 'post' | 'delete'> {
  return {
    get: (path, query, member) => send('GET', `${path}?${query.toString()}`, member),
    post: (path, body, member) => send('POST', path, member, body),
    delete: (path, member) => send('DELETE', path, member),
  };
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** Calls the API of the server that these pages came from, typed by its contract. */
import type { EndpointName } from '@tattle/contract';
import { endpointPaths } from 'virtual:endpoint-paths';
import { problemOf, unreachable, unreadable } from './problem.ts';
import { Unanswered } from './unanswered.ts';
import type { Answer, CallOf } from './types.ts';

/** The server gives up after 30 s by itself: what takes longer hangs somewhere in between. */
const PATIENCE_MS = 40_000;

const unanswered = new Unanswered();

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** The ETag of what a change is meant for. */
  readonly ifMatch?: string | undefined;
}

/** Throws `ApiProblem`; an abort throws what `fetch` throws. */
export async function call<Name extends EndpointName>(
  name: Name,
  input: CallOf<Name> = {},
  options: CallOptions = {},
): Promise<Answer<Name>> {
  return (await callWithTag(name, input, options)).answer;
}

/** The same, with the ETag of the answer, for what is sent back with `ifMatch`. */
export async function callWithTag<Name extends EndpointName>(
  name: Name,
  input: CallOf<Name> = {},
  { signal, ifMatch }: CallOptions = {},
): Promise<{ readonly answer: Answer<Name>; readonly etag: string | null }> {
  const [method] = endpointPaths[name];
  const headers = new Headers({ accept: 'application/json' });
  if (input.body !== undefined) headers.set('content-type', 'application/json');
  const change = method === 'GET' ? null : unanswered.begin(JSON.stringify([name, input]));
  if (change !== null) headers.set('idempotency-key', change.key);
  if (ifMatch !== undefined) headers.set('if-match', ifMatch);
  const body = input.body === undefined ? null : JSON.stringify(input.body);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(addressOf(name, input), {
    method,
    headers,
    body,
    signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    credentials: 'same-origin',
  }).catch((error: unknown) => {
    throw signal?.aborted === true ? error : unreachable(error);
  });
  if (response.ok) {
    const answer: unknown = await response.json().catch((error: unknown) => {
      throw signal?.aborted === true ? error : unreadable(error);
    });
    change?.answered();
    return { answer: answer as Answer<Name>, etag: response.headers.get('etag') };
  }
  const problem = await problemOf(response);
  // What something in between says of a server that it gave up on is no answer of that server.
  if (problem.status < 502) change?.answered();
  throw problem;
}

/** Where an endpoint answers, under whatever path these pages are served. */
export function addressOf<Name extends EndpointName>(name: Name, { params, query }: CallOf<Name> = {}): string {
  const [, path] = endpointPaths[name];
  const given: Readonly<Record<string, string>> = params ?? {};
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(given[key] ?? ''));
  const url = new URL(filled.slice(1), document.baseURI);
  for (const [key, value] of Object.entries(
    (query ?? {}) as Readonly<Record<string, Parameter | readonly Parameter[]>>,
  )) {
    for (const each of isMany(value) ? value : [value]) {
      if (each !== undefined) url.searchParams.append(key, String(each));
    }
  }
  return url.href;
}

type Parameter = string | number | boolean | undefined;

function isMany(value: Parameter | readonly Parameter[]): value is readonly Parameter[] {
  return Array.isArray(value);
}

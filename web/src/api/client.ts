/** Calls the API of the server that these pages came from, typed by its contract. */
import type { EndpointName } from '@tattle/contract';
import { endpointPaths } from 'virtual:endpoint-paths';
import { problemOf, unreachable } from './problem.ts';
import type { Answer, CallOf } from './types.ts';

/** The server gives up after 30 s by itself: what takes longer hangs somewhere in between. */
const PATIENCE_MS = 40_000;

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
  // A change that is sent again after a lost answer must not be made twice.
  if (method !== 'GET') headers.set('idempotency-key', crypto.randomUUID());
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
  if (!response.ok) throw await problemOf(response);
  return { answer: (await response.json()) as Answer<Name>, etag: response.headers.get('etag') };
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

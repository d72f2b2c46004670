/** Answers lists: whole, at a version, or a page at a time with continue tokens that can expire. */
import { apiVersionOf, isEventResource } from '../kube/recording/recorded-resource.ts';
import { isObject } from '../kube/recording/recorded-line.ts';
import type { ApiRequest } from './api-request.ts';
import { failure, type ApiFailure } from './api-status.ts';
import type { ClusterStore, Collection } from './cluster-store.ts';
import type { StoredObject } from './stored-object.ts';
import { readCount, readSelection, readVersion } from './select-request.ts';

/** The body, or why there is none. */
export function listObjects(store: ClusterStore, collection: Collection, request: ApiRequest): string | ApiFailure {
  const selection = readSelection(collection, request);
  if ('code' in selection) return selection;
  const limit = readCount(request.query, 'limit') ?? 0;
  if (typeof limit !== 'number') return failure(400, limit.wrong);
  const start = readStart(store, request);
  if ('code' in start) return start;
  const objects = store.objectsAt(collection, start.version);
  if (objects === null) return start.token === null ? expiredVersion(store, start.version) : expiredToken(start.token);
  const selected = sorted(objects).filter(([key, object]) => key > start.after && selection.matches(object));
  // The watch cache, which answers version "0", gives everything at once.
  const fromCache = request.query.get('resourceVersion') === '0' && !isEventResource(collection.resource);
  const page = limit > 0 && !fromCache ? selected.slice(0, limit) : selected;
  const rest = selected.length - page.length;
  const lastKey = page.at(-1)?.[0] ?? '';
  const shown = start.version === INCONSISTENT ? store.version : start.version;
  return listBody(collection, page, {
    resourceVersion: String(shown),
    ...(rest > 0 ? { continue: writeToken({ version: start.version, after: lastKey }) } : {}),
    ...(rest > 0 && selection.whole ? { remainingItemCount: rest } : {}),
  });
}

interface Start {
  readonly version: number;
  /** Objects up to this key have been given. */
  readonly after: string;
  readonly token: Token | null;
}

function readStart(store: ClusterStore, request: ApiRequest): Start | ApiFailure {
  const text = request.query.get('continue') ?? '';
  if (text !== '') {
    const token = readToken(text);
    if (token === null) return failure(400, 'continue key is not valid: it was not given by this server');
    return { version: token.version, after: token.after, token };
  }
  const version = readVersion(request.query);
  if (typeof version !== 'number') return version;
  if (version > store.version) return tooLarge(version, store.version);
  const exact = request.query.get('resourceVersionMatch') === 'Exact' && version > 0;
  return { version: exact ? version : store.version, after: '', token: null };
}

function tooLarge(version: number, current: number): ApiFailure {
  return failure(504, `Too large resource version: ${version}, current: ${current}`, {
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    retryAfterSeconds: 1,
  });
}

function sorted(objects: ReadonlyMap<string, StoredObject>): [string, StoredObject][] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
}

function listBody(collection: Collection, page: readonly [string, StoredObject][], metadata: object): string {
  const { resource } = collection;
  const head = JSON.stringify({ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata });
  return `${head.slice(0, -1)},"items":[${page.map(([, object]) => object.json).join(',')}]}`;
}

interface Token {
  readonly version: number;
  readonly after: string;
}

/** Stands for "whatever is there now": what a client gets that goes on with an expired list. */
const INCONSISTENT = Number.MAX_SAFE_INTEGER;

function writeToken({ version, after }: Token): string {
  const rv = version === INCONSISTENT ? -1 : version;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start: after })).toString('base64url');
}

function readToken(text: string): Token | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!isObject(value) || typeof value['rv'] !== 'number' || typeof value['start'] !== 'string') return null;
    return { version: value['rv'] < 0 ? INCONSISTENT : value['rv'], after: value['start'] };
  } catch {
    return null;
  }
}

function expiredVersion(store: ClusterStore, version: number): ApiFailure {
  return failure(410, `The resourceVersion for the provided list is too old: ${version} (${store.version})`);
}

function expiredToken(token: Token): ApiFailure {
  return failure(
    410,
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results.',
    { continueToken: writeToken({ version: INCONSISTENT, after: token.after }) },
  );
}

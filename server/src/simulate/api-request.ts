/** What a URL asks of the API server: which resource, in which scope, with which verb. */

export type ApiVerb = 'list' | 'watch' | 'get' | 'log' | 'discovery' | 'review' | 'health' | 'unknown';

export interface ApiRequest {
  readonly verb: ApiVerb;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly group: string;
  readonly version: string;
  /** Plural; empty for discovery, health and reviews. */
  readonly resource: string;
  /** Empty for the whole cluster. */
  readonly namespace: string;
  readonly name: string;
}

/** The path as sent; null where it cannot be decoded. */
export function parseRequest(method: string, url: string): ApiRequest | null {
  const parsed = URL.parse(url, 'http://simulated');
  if (parsed === null) return null;
  const { pathname, searchParams } = parsed;
  const segments = decode(pathname.split('/').filter((segment) => segment !== ''));
  if (segments === null) return null;
  const none = { path: pathname, query: searchParams, group: '', version: '', resource: '', namespace: '', name: '' };
  const [root = '', ...rest] = segments;
  if (['healthz', 'livez', 'readyz'].includes(root)) return { ...none, verb: method === 'GET' ? 'health' : 'unknown' };
  if (root !== 'api' && root !== 'apis') return { ...none, verb: method === 'GET' ? 'discovery' : 'unknown' };
  const [group, version, ...path] = root === 'api' ? ['', ...rest] : rest;
  const scope = { ...none, group: group ?? '', version: version ?? '' };
  if (path.length === 0) return { ...scope, verb: method === 'GET' ? 'discovery' : 'unknown' };
  if (method === 'POST' && path[0] === 'selfsubjectaccessreviews') return { ...scope, verb: 'review' };
  const target = parseTarget(path);
  if (method !== 'GET' || target === null) return { ...scope, ...target, verb: 'unknown' };
  const watches = ['true', '1'].includes(searchParams.get('watch') ?? '');
  const verb = target.isLog ? 'log' : target.name !== '' ? 'get' : watches ? 'watch' : 'list';
  return { ...scope, resource: target.resource, namespace: target.namespace, name: target.name, verb };
}

interface Target {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly isLog: boolean;
}

function parseTarget(path: readonly string[]): Target | null {
  // `namespaces/NAME` itself is an object; `namespaces/NAME/RESOURCE…` is a scope.
  const isScoped = path[0] === 'namespaces' && path.length > 2;
  const [resource = '', name = '', subresource = '', ...more] = isScoped ? path.slice(2) : path;
  const isLog = resource === 'pods' && subresource === 'log';
  if (more.length > 0 || (subresource !== '' && !isLog)) return null;
  return { resource, namespace: isScoped ? (path[1] ?? '') : '', name, isLog };
}

function decode(segments: readonly string[]): string[] | null {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** `pods`, `deployments.apps`: how the API server names a resource in its messages. */
export function resourceName(request: Pick<ApiRequest, 'group' | 'resource'>): string {
  return request.group === '' ? request.resource : `${request.resource}.${request.group}`;
}

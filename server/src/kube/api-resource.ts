/** One resource of the API: where its objects live on the server, and what they are called. */

export interface ApiResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, lower case: `pods`. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** `v1/pods`, `apps/v1/deployments`. */
export function resourceId(resource: ApiResource): string {
  const prefix = resource.group === '' ? '' : `${resource.group}/`;
  return `${prefix}${resource.version}/${resource.resource}`;
}

/** The URL path of the collection; an empty namespace is the whole cluster. */
export function collectionPath(resource: ApiResource, namespace = ''): string {
  const scope = resource.namespaced && namespace !== '' ? `namespaces/${encodeURIComponent(namespace)}/` : '';
  return `${groupVersionPath(resource)}/${scope}${resource.resource}`;
}

export function objectPath(resource: ApiResource, namespace: string, name: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** `/api/v1` or `/apis/apps/v1`. */
export function groupVersionPath(resource: Pick<ApiResource, 'group' | 'version'>): string {
  return resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
}

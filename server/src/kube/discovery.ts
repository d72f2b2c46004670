/** What one API server offers: its version, and which of the versions that a resource goes by it serves. */
import { type ApiResource, groupVersionPath } from './api-resource.ts';
import { type Answer, asRecord, asText, type KubeFailure, succeed } from './answer.ts';
import type { KubeClient } from './client.ts';
import { inVersion, type KnownResource, splitGroupVersion } from './known-resources.ts';

/** Aggregated API servers that are down make every question for their group slow; so many groups are looked through for a kind. */
const MAX_GROUPS_SEARCHED = 200;

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  /** `v1.33.1+k3s1`. */
  readonly text: string;
}

export class Discovery {
  readonly #client: Pick<KubeClient, 'get'>;
  /** Answered questions; what failed is asked again. */
  readonly #resources = new Map<string, readonly ApiResource[]>();

  constructor(client: Pick<KubeClient, 'get'>) {
    this.#client = client;
  }

  async version(signal: AbortSignal): Promise<Answer<ServerVersion>> {
    const answer = await this.#client.get('/version', signal);
    if (!answer.ok) return answer;
    const number = (field: string) => Number.parseInt(asText(answer.value[field]), 10) || 0;
    return succeed({ major: number('major'), minor: number('minor'), text: asText(answer.value['gitVersion']) });
  }

  /**
   * The first version that the server serves; null where it serves none. A server that will not say (403) is taken at the
   * first version: the list itself then shows.
   */
  async choose(resource: KnownResource, signal: AbortSignal): Promise<Answer<ApiResource | null>> {
    const served = await this.served(resource, signal);
    return served.ok ? succeed(served.value[0] ?? null) : served;
  }

  /** Every version that the server serves, in the order of preference. */
  async served(known: KnownResource, signal: AbortSignal): Promise<Answer<readonly ApiResource[]>> {
    const served: ApiResource[] = [];
    for (const groupVersion of known.groupVersions) {
      const answer = await this.#inGroupVersion(groupVersion, signal);
      if (!answer.ok && answer.failure.code === 403) served.push(inVersion(known, groupVersion));
      else if (!answer.ok && !isAbsent(answer.failure)) return answer;
      else if (answer.ok && answer.value.some((one) => one.resource === known.resource)) {
        served.push(inVersion(known, groupVersion));
      }
    }
    return succeed(served);
  }

  /** A resource as `certificates.cert-manager.io`, in the group's preferred version; null where the server has it not. */
  async named(name: string, signal: AbortSignal): Promise<Answer<ApiResource | null>> {
    const dot = name.indexOf('.');
    const [resource, group] = dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
    return this.#search(
      (found) => found.resource === resource,
      (one) => one === group,
      signal,
    );
  }

  /** The resource of a kind that is not built in; the first group, in the server's order, that has it. */
  async ofKind(kind: string, signal: AbortSignal): Promise<Answer<ApiResource | null>> {
    return this.#search(
      (found) => found.kind === kind,
      () => true,
      signal,
    );
  }

  async #search(
    matches: (resource: ApiResource) => boolean,
    inGroup: (group: string) => boolean,
    signal: AbortSignal,
  ): Promise<Answer<ApiResource | null>> {
    const groups = await this.#preferredGroupVersions(signal);
    if (!groups.ok) return groups;
    const candidates = groups.value.filter((one) => inGroup(splitGroupVersion(one)[0]));
    for (const groupVersion of candidates.slice(0, MAX_GROUPS_SEARCHED)) {
      const answer = await this.#inGroupVersion(groupVersion, signal);
      // A group whose own server is down hides what it has; the others still count.
      const found = answer.ok ? answer.value.find(matches) : undefined;
      if (found !== undefined) return succeed(found);
    }
    return succeed(null);
  }

  async #preferredGroupVersions(signal: AbortSignal): Promise<Answer<readonly string[]>> {
    const answer = await this.#client.get('/apis', signal);
    if (!answer.ok) return answer;
    const groups: unknown = answer.value['groups'];
    const preferred = (Array.isArray(groups) ? groups : []).map((group: unknown) =>
      asText(asRecord(asRecord(group)['preferredVersion'])['groupVersion']),
    );
    return succeed(['v1', ...preferred.filter((one) => one !== '')]);
  }

  async #inGroupVersion(groupVersion: string, signal: AbortSignal): Promise<Answer<readonly ApiResource[]>> {
    const known = this.#resources.get(groupVersion);
    if (known !== undefined) return succeed(known);
    const [group, version] = splitGroupVersion(groupVersion);
    const answer = await this.#client.get(groupVersionPath({ group, version }), signal);
    if (!answer.ok) return answer;
    const listed: unknown = answer.value['resources'];
    const resources = (Array.isArray(listed) ? listed : []).flatMap((one: unknown) =>
      readResource(one, group, version),
    );
    this.#resources.set(groupVersion, resources);
    return succeed(resources);
  }
}

function isAbsent(failure: KubeFailure): boolean {
  return failure.code === 404;
}

/** Subresources (`pods/log`) are left out. */
function readResource(listed: unknown, group: string, version: string): ApiResource[] {
  const { name, kind, namespaced } = asRecord(listed);
  if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) return [];
  return [{ group, version, resource: name, kind, namespaced: namespaced === true }];
}

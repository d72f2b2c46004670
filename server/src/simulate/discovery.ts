/** Answers discovery: which groups, versions and resources the simulated cluster serves. */
import type { ApiResource } from '../kube/api-resource.ts';
import type { ApiRequest } from './api-request.ts';

const reviews: ApiResource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
};

/** The answer's body, null where there is no such group or version. */
export function discover(
  recorded: readonly ApiResource[],
  request: ApiRequest,
  gitVersion: string,
): Readonly<Record<string, unknown>> | null {
  const resources = [...recorded, reviews];
  if (request.path === '/version') return versionOf(gitVersion);
  if (request.path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (request.path === '/apis') return groupList(resources);
  const root = request.path.split('/')[1];
  if (root !== 'api' && root !== 'apis') return null;
  if (root === 'apis' && request.version === '') {
    const group = groupsOf(resources).find(({ name }) => name === request.group);
    return group === undefined ? null : { kind: 'APIGroup', apiVersion: 'v1', ...group };
  }
  return resourceList(resources, request);
}

function versionOf(gitVersion: string): Readonly<Record<string, unknown>> {
  const [, major = '1', minor = ''] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major, minor, gitVersion, platform: 'simulated/tattle' };
}

function groupList(resources: readonly ApiResource[]): Readonly<Record<string, unknown>> {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(resources) };
}

function groupsOf(resources: readonly ApiResource[]) {
  const names = [...new Set(resources.map(({ group }) => group))].filter((name) => name !== '').sort();
  return names.map((name) => {
    const found = resources.filter(({ group }) => group === name).map(({ version }) => version);
    const versions = [...new Set(found)].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
}

function resourceList(
  resources: readonly ApiResource[],
  { group, version }: ApiRequest,
): Readonly<Record<string, unknown>> | null {
  const served = resources.filter((resource) => resource.group === group && resource.version === version);
  if (served.length === 0 && !(group === '' && version === 'v1')) return null;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: served.flatMap(resourceEntries),
  };
}

function resourceEntries(resource: ApiResource): object[] {
  const verbs = resource === reviews ? ['create'] : ['get', 'list', 'watch'];
  const entry = {
    name: resource.resource,
    singularName: resource.kind.toLowerCase(),
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs,
  };
  const isPods = resource.group === '' && resource.resource === 'pods';
  return isPods ? [entry, { ...entry, name: 'pods/log', singularName: '', verbs: ['get'] }] : [entry];
}

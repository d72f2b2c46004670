/** What Tattle may do on a cluster, asked of the API server itself for each resource that it lists, watches or reads. */
import type { ApiResource } from '../../kube/api-resource.ts';
import { type Answer, asRecord, asText } from '../../kube/answer.ts';
import type { KubeClient } from '../../kube/client.ts';
import { EVENTS, inVersion, WATCHED } from '../../kube/known-resources.ts';
import { rbacAdvice } from '../../kube/rbac-advice.ts';
import { type Check, fail, ok, skipped, warn } from './check.ts';

const WATCHING = ['list', 'watch'] as const;
const LOGS: ApiResource = { group: '', version: 'v1', resource: 'pods/log', kind: 'Pod', namespaced: true };
/** Without these there is next to nothing to tell. */
const NEEDED = new Set(['events', 'pods']);

interface Wanted {
  readonly resource: ApiResource;
  readonly verbs: readonly string[];
  /** Under which it may be had as well. */
  readonly or?: ApiResource;
}

interface Missing {
  readonly resource: ApiResource;
  readonly namespace: string;
  readonly verbs: readonly string[];
}

export async function permissionChecks(
  client: KubeClient,
  name: string,
  namespaces: 'all' | readonly string[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const scopes = namespaces === 'all' ? [''] : namespaces;
  const asked = await Promise.all(scopes.map((namespace) => missingIn(client, namespace, signal)));
  const refusal = asked.find((each) => typeof each === 'string');
  if (refusal !== undefined) return [skipped(name, `the API server does not tell: ${refusal}`)];
  // Cluster-scoped ones are asked for with every namespace, and told once.
  const found = asked.flat().filter((each) => typeof each !== 'string');
  const missing = [...new Map(found.map((each) => [keyOf(each), each])).values()];
  const where = namespaces === 'all' ? 'in the whole cluster' : `in ${namespaces.join(', ')}`;
  if (missing.length === 0) return [ok(name, `lists and watches all that it needs, and reads logs, ${where}`)];
  const detail = `missing ${where}: ${missing.map(told).join(', ')}`;
  const mend = advice(missing, await userOf(client, signal));
  const isNeeded = missing.some(({ resource }) => NEEDED.has(resource.resource));
  return [isNeeded ? fail(name, detail, mend) : warn(name, detail, mend)];
}

/** `namespace` empty: the whole cluster. Why it cannot be told where it cannot. */
async function missingIn(
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Missing[] | string> {
  const verdicts = await Promise.all(wanted().map((each) => missingOf(client, each, namespace, signal)));
  const refusal = verdicts.find((verdict) => typeof verdict === 'string');
  return refusal ?? verdicts.filter((verdict) => verdict !== null && typeof verdict !== 'string');
}

function wanted(): readonly Wanted[] {
  const [newEvents, ...older] = EVENTS.groupVersions;
  const [core] = older;
  const resources = WATCHED.map((known) => ({ resource: inVersion(known, known.groupVersions[0]), verbs: WATCHING }));
  const events = {
    resource: inVersion(EVENTS, newEvents),
    verbs: WATCHING,
    ...(core === undefined ? {} : { or: inVersion(EVENTS, core) }),
  };
  return [events, ...resources, { resource: LOGS, verbs: ['get'] }];
}

async function missingOf(
  client: KubeClient,
  { resource, verbs, or }: Wanted,
  namespace: string,
  signal: AbortSignal,
): Promise<Missing | string | null> {
  const own = resource.namespaced ? namespace : '';
  const answers = await Promise.all(verbs.map((verb) => mayDo(client, resource, verb, own, signal)));
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok) return failed.failure.message;
  const denied = verbs.filter((_, index) => answers[index]?.ok === true && !answers[index].value);
  if (denied.length === 0) return null;
  if (or !== undefined && (await missingOf(client, { resource: or, verbs }, namespace, signal)) === null) return null;
  return { resource, namespace: own, verbs: denied };
}

async function mayDo(
  client: KubeClient,
  { group, version, resource }: ApiResource,
  verb: string,
  namespace: string,
  signal: AbortSignal,
): Promise<Answer<boolean>> {
  const [name = '', subresource] = resource.split('/');
  const resourceAttributes = {
    ...{ namespace, verb, group, version, resource: name },
    ...(subresource === undefined ? {} : { subresource }),
  };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const answer = await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review, signal);
  return answer.ok ? { ok: true, value: asRecord(answer.value['status'])['allowed'] === true } : answer;
}

/** Who we are to the server, for the Role's subject; empty where it does not say (before 1.28). */
async function userOf(client: KubeClient, signal: AbortSignal): Promise<string> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review, signal);
  if (!answer.ok) return '';
  return asText(asRecord(asRecord(answer.value['status'])['userInfo'])['username']);
}

function advice(missing: readonly Missing[], user: string): string {
  // In the server's words, from which the subject is read.
  const denial = user === '' ? '' : `User "${user}"`;
  const roles = missing.map(({ resource, namespace }) => rbacAdvice(resource, namespace, denial).trim());
  return `Apply this (kubectl apply -f -):\n${roles.join('\n---\n')}`;
}

function told({ resource, namespace, verbs }: Missing): string {
  const name = resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
  return `${name}${namespace === '' ? '' : ` in ${namespace}`} (${verbs.join(', ')})`;
}

function keyOf({ resource, namespace }: Missing): string {
  return `${resource.group}/${resource.resource}/${namespace}`;
}

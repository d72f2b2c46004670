/** From the flags of `tattle events` to the query that the API takes. */
import { type NamespaceFlags, namespacesOf } from './commands/flags.ts';
import { usageFailure } from './failure.ts';

export interface EventFlags extends NamespaceFlags {
  readonly since?: string;
  readonly until?: string;
  readonly type?: readonly string[];
  readonly reason?: readonly string[];
  readonly severity?: readonly string[];
  readonly cluster?: readonly string[];
  readonly for?: string;
  readonly query?: string;
  readonly label?: readonly string[];
}

/** Throws `CommandFailure` for flags that make no sense. */
export function eventQuery(flags: EventFlags): URLSearchParams {
  const query = new URLSearchParams();
  append(query, 'namespace', namespacesOf(flags));
  append(query, 'type', flags.type?.map(capitalised));
  append(query, 'reason', flags.reason);
  append(query, 'severity', flags.severity);
  append(query, 'cluster', flags.cluster);
  append(query, 'label', flags.label);
  if (flags.for !== undefined) {
    const { kind, name } = readObject(flags.for, `--for "${flags.for}"`);
    query.append('kind', kind);
    query.append('name', name);
  }
  if (flags.since !== undefined) query.append('from', apiTime('--since', flags.since));
  if (flags.until !== undefined) query.append('to', apiTime('--until', flags.until));
  if (flags.query !== undefined) query.append('q', flags.query);
  return query;
}

function append(query: URLSearchParams, name: string, values: readonly string[] = []): void {
  for (const value of values) query.append(name, value);
}

/** `1h`, `2d12h`, a time, or anything that the API itself takes; it is the server's clock that counts. */
export function apiTime(flag: string, text: string): string {
  if (/^(\d{1,9}[smhdw]){1,5}$/.test(text)) return `now-${text}`;
  if (/^now/.test(text)) return text;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${text}T00:00:00Z`;
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text)) return text.replace(' ', 'T');
  throw usageFailure(`${flag} "${text}" is no time`, 'Write 30m, 1h, 2d12h, or 2026-01-31T14:00:00Z.');
}

/** Plural and short names as kubectl takes them; any other kind is taken as it is written. */
const KINDS: Readonly<Record<string, string>> = {
  pod: 'Pod',
  po: 'Pod',
  node: 'Node',
  no: 'Node',
  deployment: 'Deployment',
  deploy: 'Deployment',
  replicaset: 'ReplicaSet',
  rs: 'ReplicaSet',
  statefulset: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  ds: 'DaemonSet',
  job: 'Job',
  cronjob: 'CronJob',
  cj: 'CronJob',
  service: 'Service',
  svc: 'Service',
  namespace: 'Namespace',
  ns: 'Namespace',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  pvc: 'PersistentVolumeClaim',
  persistentvolume: 'PersistentVolume',
  pv: 'PersistentVolume',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  hpa: 'HorizontalPodAutoscaler',
  poddisruptionbudget: 'PodDisruptionBudget',
  pdb: 'PodDisruptionBudget',
  replicationcontroller: 'ReplicationController',
  rc: 'ReplicationController',
  configmap: 'ConfigMap',
  cm: 'ConfigMap',
  serviceaccount: 'ServiceAccount',
  sa: 'ServiceAccount',
  ingress: 'Ingress',
  ing: 'Ingress',
  resourcequota: 'ResourceQuota',
  quota: 'ResourceQuota',
  endpointslice: 'EndpointSlice',
};

export interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** `deploy/web`, `Deployment/web`. `said` is how a failure names it. Throws `CommandFailure`. */
export function readObject(text: string, said: string): ObjectName {
  const match = /^([A-Za-z][A-Za-z0-9]*)(?:\.[A-Za-z0-9.-]+)?\/([^/]+)$/.exec(text);
  const [, kind, name] = match ?? [];
  if (kind === undefined || name === undefined) {
    throw usageFailure(`${said} names no object`, 'Write KIND/NAME, such as pod/web-1 or deployment/web.');
  }
  return { kind: kindOf(kind), name };
}

function kindOf(word: string): string {
  const lower = word.toLowerCase();
  return (
    KINDS[lower] ??
    KINDS[lower.replace(/s$/, '')] ??
    KINDS[lower.replace(/es$/, '')] ??
    (word === lower ? capitalised(word) : word)
  );
}

function capitalised(word: string): string {
  const bare = word.startsWith('!') ? word.slice(1) : word;
  return `${word.slice(0, word.length - bare.length)}${bare.slice(0, 1).toUpperCase()}${bare.slice(1)}`;
}

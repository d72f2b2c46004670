/** What stands behind a host name in a cluster: a service, and the workloads that it selects. */
import { fields, text } from '../kit/fields.ts';
import type { Dependency } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectCache, SlimObject } from '../model/slim-object.ts';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** `cache`, `cache.feed`, `cache.feed.svc.cluster.local`, or a cluster IP; nothing for hosts outside. */
export function behind(
  cache: ObjectCache,
  clusterUid: string,
  { host }: Dependency,
  namespace: string,
): readonly ObjectRef[] {
  const service = serviceOf(cache, clusterUid, host.toLowerCase(), namespace);
  if (service === undefined) return namesakes(cache, clusterUid, host.toLowerCase(), namespace);
  const workloads = WORKLOADS.flatMap((kind) => [...cache.list(clusterUid, kind, service.ref.namespace)]);
  return [service.ref, ...workloads.filter((workload) => selects(service, workload)).map(({ ref }) => ref)];
}

/** Where no service of the name is known, as for names that something else resolves: charts name both the same. */
function namesakes(cache: ObjectCache, clusterUid: string, host: string, own: string): readonly ObjectRef[] {
  const [name = '', namespace = own] = host.split('.');
  return WORKLOADS.flatMap((kind) => cache.find(clusterUid, { kind, namespace, name, uid: '' })?.ref ?? []);
}

function serviceOf(cache: ObjectCache, clusterUid: string, host: string, own: string): SlimObject | undefined {
  const [name = '', second, third] = host.split('.');
  // cache-0.cache.feed is a pod of a headless service.
  const candidates = [
    [name, second ?? own],
    [second ?? '', third ?? own],
  ] as const;
  for (const [service, namespace] of candidates) {
    const found = service === '' ? undefined : named(cache, clusterUid, namespace, service);
    if (found !== undefined) return found;
  }
  for (const service of cache.list(clusterUid, 'Service')) if (service.spec['clusterIP'] === host) return service;
  return undefined;
}

/** A service that is gone is not asked for: only live ones answer by name. */
function named(cache: ObjectCache, clusterUid: string, namespace: string, name: string): SlimObject | undefined {
  return cache.find(clusterUid, { kind: 'Service', namespace, name, uid: '' });
}

function selects({ spec }: SlimObject, workload: SlimObject): boolean {
  const wanted = Object.entries(fields(spec['selector']));
  const labels = fields(fields(fields(workload.spec['template'])['metadata'])['labels']);
  return wanted.length > 0 && wanted.every(([key, value]) => text(labels[key]) === text(value));
}

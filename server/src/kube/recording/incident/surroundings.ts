/** What evidence tells of an incident's surroundings, as objects again: services with their endpoints, quotas and limit ranges. */
import { fields, objects, text } from '../../../kit/fields.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { RawObject } from '../recorded-line.ts';
import { type ExportedIncident, keyOf, valueOf } from './exported-incident.ts';

export interface Surrounding {
  readonly ref: ObjectRef;
  readonly object: RawObject;
}

/** Of the newest capture of each. A kind of which evidence says nothing is not among them: it stays unknown. */
export function surroundingsOf({ evidence, members }: ExportedIncident): ReadonlyMap<string, readonly Surrounding[]> {
  const newestFirst = evidence.toSorted((a, b) => b.at - a.at);
  const found = new Map<string, readonly Surrounding[]>();
  const endpoints = newestFirst.find(({ kind }) => kind === 'endpoints');
  if (endpoints !== undefined) {
    const entries = objects(valueOf(endpoints));
    const uidOf = (name: string, namespace: string) =>
      members.find((ref) => ref.kind === 'Service' && ref.name === name && ref.namespace === namespace)?.uid ?? '';
    found.set('Service', entries.map(serviceOf(uidOf)));
    // Pods were counted: that there is none that the service selects is known, too.
    if (entries.some(({ selected_pods: pods }) => typeof pods === 'number')) found.set('Pod', []);
    if (entries.some(({ ready }) => typeof ready === 'number')) found.set('EndpointSlice', entries.map(sliceOf));
  }
  const quota = newestFirst.find(({ kind }) => kind === 'quota');
  if (quota !== undefined) {
    const { resource_quotas: quotas, limit_ranges: ranges } = fields(valueOf(quota));
    const namespace = quota.object.name;
    if (Array.isArray(quotas)) {
      found.set(
        'ResourceQuota',
        objects(quotas).map(({ name, hard, used }) =>
          made('ResourceQuota', namespace, text(name, 253), { spec: { hard }, status: { hard, used } }),
        ),
      );
    }
    if (Array.isArray(ranges)) {
      found.set(
        'LimitRange',
        objects(ranges).map(({ name, limits }) => made('LimitRange', namespace, text(name, 253), { spec: { limits } })),
      );
    }
  }
  return found;
}

function serviceOf(uidOf: (name: string, namespace: string) => string) {
  return ({ service, namespace, type, selector, ports }: Readonly<Record<string, unknown>>): Surrounding => {
    const [name, home] = [text(service, 253), text(namespace, 253)];
    return made('Service', home, name, { spec: { type, selector, ports } }, { uid: uidOf(name, home) });
  };
}

function sliceOf({ service, namespace, ready, not_ready: unready }: Readonly<Record<string, unknown>>): Surrounding {
  const endpoint = (isReady: boolean) => ({ addresses: [], conditions: { ready: isReady } });
  const many = (value: unknown) => (typeof value === 'number' ? Math.min(1000, Math.max(0, Math.trunc(value))) : 0);
  const name = text(service, 253);
  return made(
    'EndpointSlice',
    text(namespace, 253),
    `${name}-exported`,
    {
      addressType: 'IPv4',
      endpoints: [
        ...Array.from({ length: many(ready) }, () => endpoint(true)),
        ...Array.from({ length: many(unready) }, () => endpoint(false)),
      ],
    },
    { labels: { 'kubernetes.io/service-name': name } },
  );
}

function made(
  kind: string,
  namespace: string,
  name: string,
  content: RawObject,
  { uid = '', labels = {} }: { readonly uid?: string; readonly labels?: Readonly<Record<string, string>> } = {},
): Surrounding {
  const ref = { kind, namespace, name, uid: uid === '' ? `exported-${keyOf({ kind, namespace, name })}` : uid };
  return { ref, object: { metadata: { name, namespace, uid: ref.uid, labels }, ...content } };
}

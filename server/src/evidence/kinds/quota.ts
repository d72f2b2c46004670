/** What a namespace allows: its ResourceQuotas with what is used of them, and its LimitRanges. */
import { type Fields, fields, objects, text } from '../../kit/fields.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';
import type { Surroundings } from '../snapshot.ts';

interface QuotaValue {
  /** Null where they may not be read: unknown, not absent. */
  readonly resource_quotas: readonly QuotaEntry[] | null;
  readonly limit_ranges: readonly LimitRangeEntry[] | null;
}

interface QuotaEntry {
  readonly name: string;
  readonly hard: Fields;
  readonly used: Fields;
  readonly scopes: readonly string[];
}

interface LimitRangeEntry {
  readonly name: string;
  readonly limits: readonly Fields[];
}

/** A quota refuses pods at once; one that is nearly used up shows as pods that are missing. */
const REFUSALS: ReadonlySet<string> = new Set([
  'FailedCreate',
  'FailedDaemonPod',
  'FailedScheduling',
  'QuotaExceeded',
  'ReplicaSetCreateError',
]);

/** Null where quotas have no bearing on the incident. */
export async function captureQuota(surroundings: Surroundings): Promise<Captured | null> {
  const { incident, reader, signal } = surroundings;
  const namespace = incident.root.namespace || incident.subject.namespace;
  if (namespace === '' || !(REFUSALS.has(incident.condition) || lacksPods(surroundings))) return null;
  const object: ObjectRef = { kind: 'Namespace', namespace: '', name: namespace, uid: '' };
  try {
    const [quotas, ranges] = await Promise.all([
      reader.listObjects('ResourceQuota', namespace, signal),
      reader.listObjects('LimitRange', namespace, signal),
    ]);
    if (quotas === null && ranges === null) {
      const why = 'denied, or not recorded';
      return capturedError(
        'quota',
        object,
        `quotas and limit ranges of namespace ${namespace} cannot be known: ${why}`,
      );
    }
    const value: QuotaValue = {
      resource_quotas: quotas?.map(quotaEntry) ?? null,
      limit_ranges: ranges?.map(limitRangeEntry) ?? null,
    };
    return capturedValue('quota', object, value);
  } catch (error) {
    return capturedError('quota', object, error instanceof Error ? error.message : String(error));
  }
}

/** Whether the root has fewer pods than it wants, ready or not. */
function lacksPods({ cache, incident }: Surroundings): boolean {
  const root = cache.find(incident.cluster.uid, incident.root);
  if (root === undefined) return false;
  const { spec, status } = root;
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  switch (root.ref.kind) {
    case 'DaemonSet':
      return number(status['currentNumberScheduled']) < number(status['desiredNumberScheduled']);
    case 'Job':
      return spec['suspend'] !== true && ['active', 'succeeded', 'failed'].every((each) => number(status[each]) === 0);
    default:
      return number(status['replicas']) < number(spec['replicas']);
  }
}

function quotaEntry(quota: Fields): QuotaEntry {
  const [spec, status] = [fields(quota['spec']), fields(quota['status'])];
  return {
    name: nameOf(quota),
    hard: fields(status['hard'] ?? spec['hard']),
    used: fields(status['used']),
    scopes: [...textsOf(spec['scopes']), ...objects(fields(spec['scopeSelector'])['matchExpressions']).map(scopeText)],
  };
}

/** `PriorityClass In (high)`. */
function scopeText({ scopeName, operator, values }: Fields): string {
  const among = textsOf(values);
  return `${text(scopeName)} ${text(operator)}${among.length === 0 ? '' : ` (${among.join(', ')})`}`;
}

function limitRangeEntry(range: Fields): LimitRangeEntry {
  return { name: nameOf(range), limits: objects(fields(range['spec'])['limits']) };
}

function nameOf(object: Fields): string {
  return text(fields(object['metadata'])['name']);
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((each) => text(each)) : [];
}

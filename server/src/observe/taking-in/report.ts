/** Makes an observation of what was reported, whatever form it came in. */
import { randomUUID } from 'node:crypto';
import { text } from '../../kit/fields.ts';
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import type { ReportObservation } from '../../model/observation.ts';
import type { Severity } from '../../model/severity.ts';
import { cutNote, stringMap } from '../normalise-text.ts';
import { reportUid } from './identity.ts';
import { inItsNamespace } from './place.ts';
import type { Around } from './reading.ts';

const NAME_LIMIT = 512;

export interface Reported {
  readonly cluster: ClusterRef;
  readonly object: ObjectRef;
  readonly reason: string;
  readonly message: unknown;
  /** Who says so, for people. */
  readonly component: string;
  readonly type?: 'Normal' | 'Warning' | undefined;
  readonly severity?: Severity | undefined;
  readonly time: number | undefined;
  readonly count?: number;
  readonly labels?: unknown;
  /** What its sender tells it apart by; empty where they do not. */
  readonly id: readonly string[];
}

const SERIOUS: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium']);

/**
 * Without an id, what says the same of the same object at the same time is the same. Without a time either, nothing tells a repeat from
 * a second time: each is its own.
 */
export function reportOf(reported: Reported, { now }: Pick<Around, 'now'>): ReportObservation {
  const { cluster, object, component, time, severity } = reported;
  const reason = text(reported.reason, NAME_LIMIT);
  const message = cutNote(reported.message);
  const at = Math.min(time ?? now, now);
  const isWarning = severity !== undefined && SERIOUS.has(severity);
  const own =
    time === undefined ? [randomUUID()] : [component, reason, message, object.kind, object.name, String(time)];
  return {
    source: 'report',
    cluster,
    uid: reportUid(object.namespace, ...(reported.id.length > 0 ? reported.id : own)),
    object,
    related: null,
    reason,
    type: reported.type ?? (isWarning ? 'Warning' : 'Normal'),
    message,
    count: reported.count ?? 1,
    firstSeen: at,
    lastSeen: at,
    component: text(component, NAME_LIMIT),
    host: '',
    labels: stringMap(reported.labels),
    annotations: {},
    severity: severity ?? null,
  };
}

/** By name, with its uid where it is known. */
export function objectOf(
  cluster: ClusterRef,
  { kind, namespace, name }: { readonly kind: unknown; readonly namespace: unknown; readonly name: unknown },
  { objects }: Pick<Around, 'objects'>,
): ObjectRef {
  const ref = inItsNamespace({
    kind: text(kind, 253),
    namespace: text(namespace, 253),
    name: text(name, 253),
    uid: '',
  });
  return objects.find(cluster.uid, ref)?.ref ?? ref;
}

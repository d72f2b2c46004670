/** A Kubernetes Event that a shipper brings. */
import { type Fields, fields, isFields } from '../../kit/fields.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import { createEventNormaliser } from '../normalise.ts';
import { shippedUid } from './identity.ts';
import { asItIsNamed } from './place.ts';
import { type Around, type Item, only } from './reading.ts';

interface Shipped {
  readonly event: Fields;
  readonly isDeleted: boolean;
}

/** The Event itself, or what shippers wrap it in: `{object, type}` of a watch, `{event, verb}`. Null where it is none. */
export function shippedEvent(value: Fields): Shipped | null {
  for (const inner of [value, fields(value['object']), fields(value['event'])]) {
    if (!isFields(inner['involvedObject']) && !isFields(inner['regarding'])) continue;
    const how = inner === value ? '' : (value['type'] ?? value['verb']);
    return { event: inner, isDeleted: how === 'DELETED' };
  }
  return null;
}

/** No other uid that is stored looks so. */
const OF_KUBERNETES = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function readShippedEvent({ event, isDeleted }: Shipped, cluster: ClusterRef, around: Around): Item | string {
  const arrival = createEventNormaliser({ now: () => around.now })(event, isDeleted ? 'DELETED' : 'LIST', cluster);
  if (arrival.kind === 'dead-letter') return arrival.error;
  // Of an Event, the normaliser makes nothing else.
  if (arrival.kind === 'dropped' || arrival.observation.source !== 'event') return only(arrival);
  const { observation } = arrival;
  const { uid, related: told } = observation;
  const object = asItIsNamed(observation.object, cluster, around);
  const related = told === null ? null : asItIsNamed(told, cluster, around);
  const known = around.keepsUids && OF_KUBERNETES.test(uid) ? uid : shippedUid(object.namespace, uid);
  return only({ kind: 'observation', observation: { ...observation, object, related, uid: known } });
}

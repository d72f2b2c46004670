/** Same root owner: what befalls one workload while it is in trouble belongs to that trouble. */
import { spoken } from '../place.ts';
import type { Chain } from './chain.ts';
import { comesFromNodes } from './node.ts';

export const sameOwner: Chain = function* ({ rootOwner, observation, condition }) {
  const { object } = observation;
  const isAlert = observation.source === 'alert';
  const isRoot = object.kind === rootOwner.kind && object.name === rootOwner.name;
  yield {
    place: rootOwner,
    rule: 'same-owner',
    because: `${isAlert ? `the alert names ${spoken(object)}: ` : ''}${
      isRoot ? `it is about ${spoken(rootOwner)} too` : `${spoken(object)} belongs to ${spoken(rootOwner)}`
    }`,
    // What a node did to the workload does not make the node's incident the home of all its other troubles. An alert only measures them.
    accepts: (_strand, { root }) =>
      isAlert || root.kind !== 'Node' || rootOwner.kind === 'Node' || comesFromNodes(condition),
  };
};

/** The Event itself names a second object. */
export const related: Chain = function* ({ observation, condition }, { cache }) {
  const other = observation.related;
  if (other === null || other.kind === 'Node' || other.kind === '') return;
  const place = cache.rootOwner(observation.cluster.uid, other);
  yield {
    place,
    rule: 'related',
    because: `its event names ${spoken(other)} as related`,
    accepts: (_strand, { root }) => root.kind !== 'Node' || comesFromNodes(condition),
  };
};

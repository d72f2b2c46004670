/** Surroundings of a reader, with a few objects that are known, and what it read in short. */
import type { ObjectRef } from '../../../model/object-ref.ts';
import type { Observation } from '../../../model/observation.ts';
import type { SlimObject } from '../../../model/slim-object.ts';
import type { Around, Reading } from '../reading.ts';

export const NOW = Date.UTC(2026, 4, 4, 9, 30);

export function around(...known: readonly ObjectRef[]): Around {
  const isNamed = (a: ObjectRef, b: ObjectRef) => a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
  return {
    now: NOW,
    keepsUids: false,
    clusterOf: (name) => ({ uid: `uid-of-${name || 'the only one'}`, name: name || 'the only one' }),
    objects: { find: (_cluster, ref) => known.filter((each) => isNamed(each, ref)).map(slim)[0] },
  };
}

function slim(ref: ObjectRef): SlimObject {
  return {
    ref,
    resourceVersion: '1',
    labels: {},
    annotations: {},
    owners: [],
    createdAt: 0,
    deletingSince: null,
    generation: 1,
    spec: {},
    status: {},
  };
}

export function known(kind: string, namespace: string, name: string): ObjectRef {
  return { kind, namespace, name, uid: `${kind}-${name}` };
}

/** Throws where nothing could be read. */
export function itemsOf(reading: Reading): Extract<Reading, { kind: 'read' }> {
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  return reading;
}

export function observationsOf(reading: Reading): readonly Observation[] {
  return itemsOf(reading).items.flatMap(({ arrivals }) =>
    arrivals.flatMap((arrival) => (arrival.kind === 'observation' ? [arrival.observation] : [])),
  );
}

/** Such as no sender of good will sends, in place of any value. */
export const HOSTILE: readonly unknown[] = [
  null,
  0,
  -1,
  Number.NaN,
  1e308,
  '',
  'a\0b',
  '\ud800',
  'x'.repeat(100_000),
  [],
  [[[[]]]],
  {},
  { toString: 1, length: -1 },
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  '0001-01-01T00:00:00Z',
  '99999-12-31T23:59:59Z',
  '1969-12-31T23:59:59Z',
];

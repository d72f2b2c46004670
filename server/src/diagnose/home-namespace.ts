/** The namespace that the pods of an incident live in: its root may be an object of the whole cluster, such as a custom owner. */
import type { Case } from './case.ts';

export function homeNamespace({ incident: { root, subject }, pods, events }: Case): string {
  return (
    [root, subject, ...pods.map(({ ref }) => ref), ...events.map(({ object }) => object)].find(
      ({ namespace }) => namespace !== '',
    )?.namespace ?? ''
  );
}

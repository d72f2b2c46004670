/** Reads kubelet's words on an eviction, over the versions that added figures to them. */

export interface Eviction {
  readonly resource: string;
  /** Empty before Kubernetes 1.27, as is `available`. */
  readonly threshold: string;
  readonly available: string;
  /** The container that used the most above its request; empty where none did. */
  readonly container: string;
  readonly using: string;
  readonly request: string;
}

const LOW = /[Tt]he node was low on resource: (?:\[)?([a-z0-9/.-]{1,64})/;
const CONDITION = /[Tt]he node had condition: \[([A-Za-z]{1,32})/;
const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['MemoryPressure', 'memory'],
  ['DiskPressure', 'ephemeral-storage'],
  ['PIDPressure', 'pids'],
]);

/** Undefined for a pod that broke a limit of its own: the node had no part in that. */
export function readEviction(says: string): Eviction | undefined {
  const resource = LOW.exec(says)?.[1]?.replace(/\.$/, '') ?? RESOURCES.get(CONDITION.exec(says)?.[1] ?? '');
  if (resource === undefined) return undefined;
  const level = /Threshold quantity: ([^\s,]{1,32}), available: ([^\s,]{1,32}?)\.(?:\s|$)/.exec(says);
  const user =
    /Container (\S{1,63}) was using ([^\s,]{1,32}), (?:request is|which exceeds its request of) ([^\s,]{1,32}?)(?:[,.](?:\s|$)|$)/.exec(
      says,
    );
  return {
    resource,
    threshold: level?.[1] ?? '',
    available: level?.[2] ?? '',
    container: user?.[1] ?? '',
    using: user?.[2] ?? '',
    request: user?.[3] ?? '',
  };
}

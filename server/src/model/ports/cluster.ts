/** Reading one cluster at a moment. */
import type { ObjectRef } from '../object-ref.ts';

/** Reading one cluster at a moment: the API server live, or a recording in a replay. */
export interface ClusterReader {
  /** The object as the API server gives it, null when it is not there. Throws when it cannot be asked. */
  getObject(ref: ObjectRef, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>;
  /** The tail of a container's log. A log that cannot be had is a value: its error is evidence, too. */
  podLog(request: PodLogRequest, signal: AbortSignal): Promise<PodLog>;
  /**
   * All of one namespace. Null where they cannot be known: denied, not recorded, no such API, too many to read. Throws when the
   * cluster cannot be asked.
   */
  listObjects(
    kind: 'ResourceQuota' | 'LimitRange' | 'Pod',
    namespace: string,
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, unknown>>[] | null>;
  /** What the pod uses right now (`metrics.k8s.io` PodMetrics). Null where it cannot be known. Throws when it cannot be asked. */
  podMetrics(namespace: string, pod: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | null>;
}

export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  readonly tailLines: number;
  readonly limitBytes: number;
}

export type PodLog =
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'error'; readonly error: string };

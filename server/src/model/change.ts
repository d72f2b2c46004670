/** Changes that people and controllers made to objects: what an incident may have been led up to by. */
import type { ClusterRef, ObjectRef } from './object-ref.ts';

/** One field that changed. Null: it was not there before, or is not there any more. Redacted before it is stored. */
export interface FieldChange {
  /** As a person would say it: `env TOKEN_TTL`, `image`, `replicas`, `memory limit`; of a container other than the only one: `image of proxy`. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ObjectChange {
  /** Unique in the cluster: object uid and generation, or the revision that it made. */
  readonly id: string;
  readonly cluster: ClusterRef;
  readonly object: ObjectRef;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** One line: `scaled from 1 to 0`, `env TOKEN_TTL changed from 3600 to 1h`, `image changed from app:1 to app:2, and 2 more`. */
  readonly summary: string;
  readonly diff: readonly FieldChange[];
  /** The rollout that it began (`deployment.kubernetes.io/revision`), null where it began none. */
  readonly revision: number | null;
}

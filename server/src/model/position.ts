/** Where a source stands in a stream, and the stretches in which it did not watch. */

/** The checkpoint of one watch: saved in the transaction that commits what it covers. */
export interface Position {
  readonly clusterUid: string;
  /** For example `events.k8s.io/v1/events` or `v1/events@namespace`. */
  readonly stream: string;
  readonly resourceVersion: string;
  /** Raised when versions went backwards (etcd restored): positions of another epoch are void. */
  readonly epoch: number;
  /** Ingest time of the newest thing covered, milliseconds. */
  readonly at: number;
}

export type GapReason = 'not-running' | 'expired' | 'unreachable' | 'silent' | 'denied' | 'restored' | 'overload';

/** A stretch of time in which a source was not watching. Silence is never shown as health. */
export interface Gap {
  readonly clusterUid: string;
  readonly stream: string;
  readonly reason: GapReason;
  readonly from: number;
  /** Null while it lasts. */
  readonly to: number | null;
  readonly detail: string;
}

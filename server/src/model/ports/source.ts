/** What a source of observations hands in, and how it tells how it is doing. */
import type { ObjectChange } from '../change.ts';
import type { ClusterRef } from '../object-ref.ts';
import type { Arrival } from '../observation.ts';
import type { Gap, Position } from '../position.ts';

/** Where sources put what they see. `offer` resolves when there is room: awaiting it is the backpressure. */
export interface Intake {
  /**
   * `position` is what the arrivals up to here complete; it is committed with or after them, never before.
   * `observed` counts object-state traffic that these arrivals come from, of the cluster by its display name.
   */
  offer(arrivals: readonly Arrival[], progress?: Progress): Promise<void>;
}

export interface Progress {
  readonly position?: Position;
  readonly observed?: { readonly cluster: string; readonly items: number };
  readonly gap?: Gap;
  /** What was changed on objects, not redacted yet. */
  readonly changes?: readonly ObjectChange[];
  /**
   * Told once what became of the arrivals: true when they are stored on disk, false when they are not (they may wait on Tattle's own
   * disk, or be lost), so that their sender has to send them again.
   */
  readonly receipt?: (isStored: boolean) => void;
}

export type WatchHealth = 'starting' | 'listing' | 'watching' | 'stale' | 'unreachable' | 'denied' | 'stopped';

/** How one stream of a source is doing, for readiness, metrics and the UI. */
export interface StreamStatus {
  readonly cluster: ClusterRef;
  readonly stream: string;
  readonly health: WatchHealth;
  readonly since: number;
  /** Last time the API server said anything at all on this stream. */
  readonly lastHeard: number | null;
  /** What to do about it, for a person; empty when all is well. A denial carries the Role that would mend it. */
  readonly detail: string;
}

/** A source runs until its signal aborts; it restarts its own connections and never throws for an expected fault. */
export interface Source {
  run(signal: AbortSignal): Promise<void>;
  status(): readonly StreamStatus[];
}

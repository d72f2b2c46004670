/** What event rules are shown, and what they say. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { RuleKey } from './rule-key.ts';

export type EventRule = Policy['eventRules'][number];

export interface Seen {
  readonly event: ClusterEvent;
  /** Occurrences that are new. */
  readonly delta: number;
  /** When it happened, milliseconds, at the latest when it was stored: the time of the stored occurrence. */
  readonly at: number;
}

/** Of an event, what an alert about it says. */
export type Sighting = Pick<ClusterEvent, 'cluster' | 'clusterName' | 'object' | 'rootOwner' | 'node' | 'message'>;

export function sightingOf({ cluster, clusterName, object, rootOwner, node, message }: Sighting): Sighting {
  return { cluster, clusterName, object, rootOwner, node, message };
}

/** A rule about one key, from when it began to fire. */
export interface Firing {
  readonly rule: EventRule['settings'];
  readonly key: RuleKey;
  readonly series: string;
  readonly since: number;
  /** In the window, up to now. */
  readonly count: number;
  /** Whether there may have been more than `count`. */
  readonly isAtLeast: boolean;
  /** The newest that it matched. */
  readonly event: Sighting;
}

/** What is known of a series that was raised before this process began. */
export interface PastFiring {
  /** When it began to fire last. */
  readonly since: number;
  /** Whether its alert was not over yet. */
  readonly goesOn: boolean;
}

/** A rule without a window is over when nothing matched for so long. */
const QUIET_MS = 5 * 60_000;

/** How long a rule looks back: what fires is known by then. */
export function windowMs({ count }: Pick<EventRule['settings'], 'count'>): number {
  return count === undefined ? QUIET_MS : count.withinSeconds * 1000;
}

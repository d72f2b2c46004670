/** Why somebody was, or was not, told: one decision for each notice and channel, or for a notice as a whole. */
import type { CauseCode } from './diagnosis.ts';
import type { NoticeKind, Turn } from './delivery.ts';

/** `told`: a delivery was made. `held`: it comes later, alone or in a digest. `withheld`: it does not come. */
export type Verdict = 'told' | 'held' | 'withheld';

/** Stable: pages and scripts may go by them. */
export type DecisionReason =
  | 'routed'
  | 'no-channel'
  | 'no-rule'
  | 'below-count'
  | 'cooldown'
  | 'no-route'
  | 'not-wanted'
  | 'silenced'
  | 'maintenance'
  | 'inhibited'
  | 'quiet-hours'
  | 'digest'
  | 'grouped'
  | 'changed'
  | 'too-many'
  | 'not-told-before'
  | 'nothing-new'
  | 'acknowledged'
  | 'over'
  | 'merged'
  | 'replay';

export interface NoticeDecision {
  readonly noticeId: string;
  readonly incidentId: string;
  readonly kind: NoticeKind;
  readonly at: number;
  /** Empty where no route was asked, or none took it. */
  readonly route: string;
  /** Empty where it stands for all channels. */
  readonly channel: string;
  readonly verdict: Verdict;
  readonly reason: DecisionReason;
  /** The reason in a sentence, with names and times. */
  readonly because: string;
  /** When a held one is looked at again; null where it is not, or nobody knows. */
  readonly until: number | null;
  /** What kept it back: the id of a silence, the name of a window, the id of the incident that explains it. Empty where nothing did. */
  readonly by: string;
  /** The rule that asked for it; empty where none is configured. */
  readonly rule: string;
  /** The cause that was known then; null without a diagnosis. */
  readonly cause: CauseCode | null;
}

/** What a route keeps until its group is complete or its digest is due. */
export interface Held {
  /** Of the route and what is told together in it. */
  readonly group: string;
  readonly route: string;
  readonly how: 'group' | 'digest';
  readonly noticeId: string;
  readonly incidentId: string;
  readonly kind: Turn;
  readonly at: number;
  readonly channels: readonly string[];
  /** Why, for people: `overnight`. */
  readonly occasion: string;
}

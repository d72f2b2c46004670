/** What is to be decided about one notice, and what has to be known for it. */
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { Channel, NoticeKind } from '../../model/delivery.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Incident, NewJob } from '../../model/incident.ts';
import type { Held, NoticeDecision } from '../../model/notice-decision.ts';
import type { LastTold } from '../../model/ports/telling.ts';
import type { Silence } from '../../model/silence.ts';
import type { Facts } from './facts.ts';

export interface Question {
  readonly noticeId: string;
  readonly kind: Exclude<NoticeKind, 'digest' | 'test'>;
  readonly incident: Incident;
  readonly event: ClusterEvent | null;
  readonly diagnosis: Diagnosis | null;
  readonly facts: Facts;
  readonly at: number;
  /** How often it was held back and looked at again; 0 for the first look. */
  readonly look: number;
  /** Of a reminder or an escalation: the route that it belongs to, and the step. */
  readonly route: string;
  readonly step: number;
  /** Id of the notice that it comes of: of a second look, the one that was held; of a reminder or an escalation, the one before. Empty: of none. */
  readonly of: string;
  /** Of an acknowledgement alone. */
  readonly acknowledgement?: Acknowledgement;
}

export interface Acknowledgement {
  /** Who looks at it by now: the last one to say so. */
  readonly by: string;
  readonly lastTold: readonly LastTold[];
}

/** What follows a beginning goes to whom that was told, by the route that told it. */
export function followsBeginning(kind: Question['kind']): boolean {
  return kind === 'resolved' || kind === 'diagnosed' || kind === 'acknowledged';
}

export interface Situation {
  /** Of this incident, the newest first. */
  readonly earlier: readonly NoticeDecision[];
  /** Those that are active. */
  readonly silences: readonly Silence[];
  /** Open incidents that may explain this one. */
  readonly sources: readonly { readonly incident: Incident; readonly facts: Facts }[];
  /** What the rules say; null where none is configured, or none is asked (an end, a reminder). */
  readonly rules: RuleVerdict | null;
  /** By route: notices told within its limit's time. */
  readonly toldLately: ReadonlyMap<string, number>;
  readonly channels: readonly Pick<Channel, 'name' | 'wants' | 'changesMessages'>[];
}

export type RuleVerdict =
  | { readonly kind: 'asked'; readonly names: readonly string[] }
  | {
      readonly kind: 'not-asked';
      readonly reason: 'no-rule' | 'below-count' | 'cooldown';
      readonly rule: string;
      readonly because: string;
    };

export interface Decided {
  readonly decisions: readonly NoticeDecision[];
  /** Names of channels, each once. */
  readonly to: readonly string[];
  readonly held: readonly Held[];
  readonly jobs: readonly NewJob[];
}

/** Silences: what people do not want to be told of for a while, and why. */

import type { Scope } from './access.ts';

export const MATCH_OPERATORS = ['=', '!=', '=~', '!~', '>='] as const;
export type MatchOperator = (typeof MATCH_OPERATORS)[number];

/**
 * One condition on what is known of an incident by name, as Alertmanager writes them: `namespace="shop"`, `severity>="high"`,
 * `label.team=~"pay.*"`. A name that an incident has not is empty text. Patterns are RE2 and match the whole value.
 */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export interface Silence {
  readonly id: string;
  /** All of them hold; at least one that does not match everything. */
  readonly matchers: readonly Matcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  /** For people. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly comment: string;
  /** Of whoever made it: it holds back only what lies whole in it. */
  readonly scope: Scope;
  /** When somebody ended it early; null where nobody did. */
  readonly expiredAt: number | null;
}

export type SilenceState = 'pending' | 'active' | 'expired';

export function silenceState(
  { startsAt, endsAt, expiredAt }: Pick<Silence, 'startsAt' | 'endsAt' | 'expiredAt'>,
  now: number,
): SilenceState {
  if (expiredAt !== null || now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
}

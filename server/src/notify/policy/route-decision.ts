/** What a route makes of a notice, and how it is written down. */
import { createHash } from 'node:crypto';
import type { NewJob } from '../../model/incident.ts';
import type { DecisionReason, Held, NoticeDecision } from '../../model/notice-decision.ts';
import type { ToldNotice } from './follow-ups.ts';
import type { Route } from './policy.ts';
import type { Question, Situation } from './question.ts';

export interface RouteDecision {
  readonly decisions: readonly NoticeDecision[];
  readonly held: readonly Held[];
  readonly jobs: readonly NewJob[];
}

/** By channel, what it was told last. */
export type Told = ReadonlyMap<string, NoticeDecision>;

/** About every channel of the route. */
export function about(
  { settings }: Route,
  { noticeId, incident, kind, at, diagnosis }: Question,
  verdict: NoticeDecision['verdict'],
  reason: DecisionReason,
  because: string,
  until: number | null = null,
): NoticeDecision {
  return {
    noticeId,
    incidentId: incident.id,
    kind,
    at,
    route: settings.name,
    channel: '',
    verdict,
    reason,
    because,
    until,
    by: '',
    rule: '',
    cause: diagnosis?.cause ?? null,
  };
}

export function alone(...decisions: readonly NoticeDecision[]): RouteDecision {
  return { decisions, held: [], jobs: [] };
}

export function toldNotice({ noticeId, incident, at }: Question): ToldNotice {
  return { noticeId, incidentId: incident.id, at };
}

/** Of those that asked for it, the first that this route is for. */
export function ruleOf({ settings }: Route, rules: Situation['rules']): string {
  if (rules?.kind !== 'asked') return '';
  return rules.names.find((name) => settings.rules.length === 0 || settings.rules.includes(name)) ?? '';
}

/** Short, and the same for the same parts. */
export function groupKey(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Gathers what a decision about a notice needs to know. */
import { seenIncident } from '../kit/seen-incident.ts';
import type { NoticeDecision } from '../model/notice-decision.ts';
import type { Silence } from '../model/silence.ts';
import type { History } from '../model/ports/history.ts';
import type { NoticeBook, SilenceStore } from '../model/ports/telling.ts';
import { factsOf } from './policy/facts.ts';
import type { Policy } from './policy/policy.ts';
import type { Question, Situation } from './policy/question.ts';
import { askRules, type RuleParts } from './rule-verdict.ts';

export interface SituationParts extends RuleParts {
  readonly history: RuleParts['history'] & Pick<History, 'incidents' | 'strands'>;
  readonly notices: RuleParts['notices'] & Pick<NoticeBook, 'toldCount'>;
  readonly silences: Pick<SilenceStore, 'silences'>;
  /** In force now. */
  readonly policy: () => Policy;
  /** As configured now. */
  channels(): Situation['channels'];
}

const MINUTE_MS = 60_000;
/** Silences at a time; a team with more has other problems. */
const MOST_SILENCES = 1000;
/** Open incidents looked at for one that explains another. */
const MOST_SOURCES = 500;

export async function situationOf(
  question: Question,
  earlier: readonly NoticeDecision[],
  parts: SituationParts,
): Promise<Situation> {
  const policy = parts.policy();
  // Nothing holds back that it is over, or that somebody looks at it.
  const isBad = question.kind !== 'resolved' && question.kind !== 'acknowledged';
  const isTurn = question.kind === 'opened' || question.kind === 'worse';
  return {
    earlier,
    silences: isBad ? await silencesFor(question, parts) : [],
    sources: isBad ? await sourcesFor(question, policy, parts) : [],
    rules: isTurn && policy.incidentRules.length > 0 ? await askRules(question, policy.incidentRules, parts) : null,
    toldLately: isTurn ? await toldLately(question, policy, parts) : new Map(),
    channels: parts.channels(),
  };
}

/** Who may act in some places only holds back nothing that reaches further. */
async function silencesFor(
  { incident, at }: Question,
  { silences, history }: SituationParts,
): Promise<readonly Silence[]> {
  const active = await silences.silences(at, ['active'], MOST_SILENCES);
  if (active.every(({ scope }) => scope === 'everything')) return active;
  const strands = await history.strands(incident.id);
  return active.filter(({ scope }) => seenIncident(incident, strands, scope)?.whole === true);
}

/** Asked for only where something could explain it. */
async function sourcesFor(
  { facts }: Question,
  { inhibitions }: Policy,
  { history }: SituationParts,
): Promise<Situation['sources']> {
  const applying = inhibitions.filter(
    ({ isTarget, equal }) => isTarget(facts) && equal.every((fact) => (facts[fact] ?? '') !== ''),
  );
  if (applying.length === 0) return [];
  const { items } = await history.incidents(
    { fields: { state: ['open', 'acknowledged', 'regressed'] } },
    { limit: MOST_SOURCES },
  );
  const known = items.map((incident) => ({ incident, facts: factsOf({ incident, event: null, diagnosis: null }) }));
  return known.filter((candidate) => applying.some(({ isSource }) => isSource(candidate.facts)));
}

async function toldLately(
  { at }: Question,
  { routes }: Policy,
  { notices }: SituationParts,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { settings } of routes) {
    counts.set(settings.name, await notices.toldCount(settings.name, at - settings.limit.perMinutes * MINUTE_MS));
  }
  return counts;
}

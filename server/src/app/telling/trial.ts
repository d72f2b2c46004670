/** Tries a policy on history: who would have been told that past incidents began. Nobody is. */
import { setImmediate } from 'node:timers/promises';
import type { TrialOutcome } from '../../api/telling.ts';
import { schemaProblems } from '../../kit/schema-problems.ts';
import type { Channel } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { NoticeDecision } from '../../model/notice-decision.ts';
import type { Silence } from '../../model/silence.ts';
import { decide } from '../../notify/policy/decide.ts';
import { factsOf } from '../../notify/policy/facts.ts';
import { compilePolicy, type Policy } from '../../notify/policy/policy.ts';
import type { Question } from '../../notify/policy/question.ts';
import { notifySettings } from '../../notify/policy/settings.ts';
import { situationOf } from '../../notify/situation.ts';
import type { TattleStore } from '../../store/open-store.ts';

export interface TrialParts {
  readonly store: Pick<TattleStore, 'history' | 'silences'>;
  readonly channels: () => readonly Channel[];
  /** In force. */
  readonly policy: () => Policy;
}

/** The newest of the range; enough for any policy that a person can judge. */
const MOST_TRIED = 1000;
const MOST_SILENCES = 1000;
/** Said of each rule over events. */
const NOT_TRIED = 'it is asked of events, and only the incidents that it made are tried';

export async function tryPolicy(
  section: unknown,
  range: { from: number; to: number },
  parts: TrialParts,
): Promise<TrialOutcome> {
  const policy = policyOf(section, parts);
  if (!policy.ok) return { kind: 'invalid', problems: policy.problems };
  const { history } = parts.store;
  const { items } = await history.incidents({ ...range, fields: {} }, { limit: MOST_TRIED });
  const begun = items.filter(({ openedAt }) => openedAt >= range.from && openedAt < range.to);
  const faults = new Map(policy.policy.eventRules.map(({ settings }) => [settings.name, NOT_TRIED]));
  const silences = await parts.store.silences.silences(range.to, undefined, MOST_SILENCES);
  const told: ToldBefore[] = [];
  const tried: { incident: Incident; decisions: readonly NoticeDecision[] }[] = [];
  // The oldest first: a limit and a rule's silence count what was told before.
  const until = performance.now() + LONGEST_MS;
  for (const incident of begun.toReversed()) {
    if (performance.now() > until) break;
    // Rules may take their time over one; others are served in between.
    await setImmediate();
    const decisions = await decideOne(incident, { policy: policy.policy, parts, silences, known: items, told, faults });
    tried.push({ incident, decisions });
  }
  return {
    kind: 'tried',
    items: tried.toReversed(),
    partial: items.length === MOST_TRIED || tried.length < begun.length,
    faults: [...faults].map(([rule, fault]) => ({ rule, fault })),
  };
}

/** Of the whole trial: what is left then is not tried, and the answer says so. */
const LONGEST_MS = 10_000;

interface ToldBefore {
  readonly at: number;
  readonly route: string;
  readonly rule: string;
  readonly about: string;
}

interface Trial {
  readonly policy: Policy;
  readonly parts: TrialParts;
  /** Whenever they were active. */
  readonly silences: readonly Silence[];
  /** Incidents that went on in the range, those that began before it, too. */
  readonly known: readonly Incident[];
  readonly told: ToldBefore[];
  readonly faults: Map<string, string>;
}

async function decideOne(
  incident: Incident,
  { policy, parts, silences, known, told, faults }: Trial,
): Promise<readonly NoticeDecision[]> {
  const { history } = parts.store;
  const [event, diagnosis] = await Promise.all([
    history.event(incident.openedBy, incident.cluster.uid),
    history.diagnosis(incident.id),
  ]);
  // It may have begun before anybody watched.
  const at = Math.max(incident.openedAt, event?.ingestedAt ?? 0);
  // As it was when it began, as far as that is known.
  const severity = event?.severity ?? incident.severity;
  const asBegun: Incident = { ...incident, severity, state: 'open', mergedInto: null };
  const facts = factsOf({ incident: asBegun, event, diagnosis });
  const question: Question = {
    noticeId: incident.id,
    kind: 'opened',
    incident: asBegun,
    event,
    diagnosis,
    facts,
    at,
    look: 0,
    route: '',
    step: 0,
    of: '',
  };
  const situation = await situationOf(question, [], {
    history: {
      event: (...asked) => history.event(...asked),
      diagnosis: (...asked) => history.diagnosis(...asked),
      strands: (...asked) => history.strands(...asked),
      // Asked without times for those that are open: by what explained this one then, it would have been held back.
      incidents: (filter, page) =>
        filter.from === undefined
          ? Promise.resolve({ items: known.filter((one) => isOpenAt(one, at)), nextCursor: null })
          : history.incidents(filter, page),
    },
    notices: {
      toldCount: async (route, since) => told.filter((one) => one.route === route && one.at >= since).length,
      ruleSpoke: async (rule, _incident, since) =>
        told.findLast((one) => one.rule === rule && one.about === aboutOf(incident) && one.at >= since)?.at ?? null,
    },
    silences: { silences: async () => silences.filter((silence) => isActiveAt(silence, at)) },
    policy: () => policy,
    channels: parts.channels,
    onRuleFault: (rule, fault) => faults.set(rule, fault),
  });
  const { decisions } = decide(question, situation, policy);
  for (const route of new Set(decisions.filter(({ verdict }) => verdict === 'told').map((one) => one.route))) {
    told.push({ at, route, rule: decisions.find(({ rule }) => rule !== '')?.rule ?? '', about: aboutOf(incident) });
  }
  return decisions;
}

/** Of one that came back, whether it was over in between is not known. */
function isOpenAt({ openedAt, resolvedAt }: Incident, at: number): boolean {
  return openedAt <= at && (resolvedAt === null || at < resolvedAt);
}

function isActiveAt({ startsAt, endsAt, expiredAt }: Silence, at: number): boolean {
  return startsAt <= at && at < Math.min(endsAt, expiredAt ?? endsAt);
}

function aboutOf({ cluster, condition, root }: Incident): string {
  return JSON.stringify([cluster.uid, condition, root.kind, root.namespace, root.name]);
}

function policyOf(section: unknown, parts: TrialParts): ReturnType<typeof compilePolicy> {
  if (section === undefined) return { ok: true, policy: parts.policy() };
  const parsed = notifySettings.safeParse(section);
  if (!parsed.success) return { ok: false, problems: schemaProblems(parsed.error, notifySettings) };
  const names = parts.channels().map(({ name }) => name);
  return compilePolicy(parsed.data, (name) =>
    names.includes(name)
      ? null
      : `there is no channel ${name}${names.length === 0 ? '' : `; there are ${names.join(', ')}`}`,
  );
}

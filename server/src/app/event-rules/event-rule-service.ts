/**
 * Event rules of a running server: asked of what is committed, their alerts are offered to the intake. Windows are kept in memory and
 * filled from the store after a start.
 */
import type { IntakeQueue } from '../../kit/intake-queue.ts';
import type { ChangeSet } from '../../model/change-set.ts';
import { alertSeries } from '../../correlate/strand.ts';
import type { Strand } from '../../model/incident.ts';
import type { Arrival } from '../../model/observation.ts';
import type { Clock, Logger, Metrics } from '../../model/ports/process.ts';
import type { RecentOccurrences } from '../../model/ports/recent.ts';
import { EventRules } from '../../notify/event-rules/event-rules.ts';
import type { Firing } from '../../notify/event-rules/firing.ts';
import { MOST_FIRING, MOST_KEYS } from '../../notify/event-rules/watched-rule.ts';
import type { Policy } from '../../notify/policy/policy.ts';
import { clearedBy, clearedUnseen, clusterOf, raisedBy } from './rule-alerts.ts';
import { happenedIn } from './seen-events.ts';
import { Warming, type WarmingBounds } from './warming.ts';

export interface EventRuleParts {
  readonly rules: Policy['eventRules'];
  readonly intake: Pick<IntakeQueue, 'offer'>;
  /** Alerts that go on, of rules and of others. */
  readonly openAlerts: () => Iterable<Strand>;
  /** To be called before anything of a cluster is offered. */
  readonly follow: (clusterUid: string) => void;
  /** What windows are filled from; left out, they begin anew. */
  readonly recent?: RecentOccurrences;
  readonly warmingBounds?: WarmingBounds;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface EventRuleService {
  /** With each commit; at once. */
  see(change: Pick<ChangeSet, 'created' | 'repeated' | 'at'>): void;
  /** Offers what waits, ends what is over, and reads on in the past after a start; to be called every second or so. */
  tick(): Promise<void>;
}

/** What goes on says so: what nothing is heard of is taken to be over some day. */
const SAY_AGAIN_MS = 3_600_000;
const SWEEP_MS = 5_000;

export function createEventRules(parts: EventRuleParts): EventRuleService {
  const { clock, logger, intake, follow, recent } = parts;
  const begun = clock.now();
  const rules = new EventRules({ ...tellingBounds(parts), rules: parts.rules, begun, isWarming: recent !== undefined });
  let warming =
    recent === undefined || parts.rules.length === 0
      ? null
      : new Warming({ ...parts, recent, rules, ...(parts.warmingBounds && { bounds: parts.warmingBounds }) });
  let waiting: Arrival[] = [];
  let saidAgainAt = begun;
  let sweptAt = begun;

  function raise(firings: readonly Firing[], now: number): void {
    for (const firing of firings) {
      const { rule, count } = firing;
      follow(clusterOf(firing).uid);
      waiting.push(raisedBy(firing, now));
      logger.info({ rule: rule.name, count }, `rule fires: ${rule.title ?? rule.name}`);
    }
  }

  /** Of what goes on, what no rule knows of: it was raised before a restart, or by a rule that is not configured any more. */
  function sweep(now: number): readonly Arrival[] {
    const known = new Set(rules.firing(now).map(({ series }) => series));
    return [...parts.openAlerts()].flatMap((strand) => {
      if (known.has(alertSeries(strand)) || !rules.isKnowable(strand.condition, now)) return [];
      const cleared = clearedUnseen(strand, now);
      return cleared === null ? [] : [cleared];
    });
  }

  return {
    see(change) {
      if (parts.rules.length === 0) return;
      const now = clock.now();
      for (const seen of happenedIn(change)) raise(rules.see(seen, now), now);
    },
    async tick() {
      if (warming !== null) {
        raise(await warming.step(), clock.now());
        // What it read of the past is of no use any more, and large.
        if (warming.isDone) warming = null;
      }
      const now = clock.now();
      // First, since what ends now is known until then.
      if (now - sweptAt >= SWEEP_MS) {
        sweptAt = now;
        waiting.push(...sweep(now));
      }
      waiting.push(...rules.ended(now).map((firing) => clearedBy(firing, now)));
      if (now - saidAgainAt >= SAY_AGAIN_MS) {
        saidAgainAt = now;
        waiting.push(...rules.firing(now).map((firing) => raisedBy(firing, now)));
      }
      const offered = waiting;
      waiting = [];
      if (offered.length > 0) await intake.offer(offered);
    },
  };
}

/** Each time in a metric, and the first time of each rule in a line of the log. */
function tellingBounds({ metrics, logger }: EventRuleParts) {
  const told = new Set<string>();
  const tell = (rule: string, what: 'keys' | 'firings', text: string) => {
    metrics.count('tattle_rule_overflows_total', { rule, what });
    if (told.has(`${what} ${rule}`)) return;
    told.add(`${what} ${rule}`);
    logger.warn({ rule }, text);
  };
  return {
    onFault: (rule: string, fault: string) => {
      metrics.count('tattle_rule_faults_total', { rule });
      logger.debug({ rule, fault }, 'a rule could not be answered: it counted as no');
    },
    onForgotten: (rule: string) =>
      tell(
        rule,
        'keys',
        `a rule counts more than ${MOST_KEYS} things apart: those quiet the longest are forgotten; narrow it`,
      ),
    onTooMany: (rule: string) =>
      tell(
        rule,
        'firings',
        `a rule would fire for more than ${MOST_FIRING} things at once: the rest is not told; narrow it`,
      ),
  };
}

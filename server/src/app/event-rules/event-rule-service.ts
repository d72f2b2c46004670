/**
 * Event rules of a running server: asked of what is committed, their alerts are offered to the intake. Windows are kept in memory: after
 * a restart they begin anew, and what fired before is over where its rule does not fire again within its window.
 */
import type { IntakeQueue } from '../../kit/intake-queue.ts';
import type { ChangeSet } from '../../model/change-set.ts';
import { alertSeries } from '../../correlate/strand.ts';
import type { Strand } from '../../model/incident.ts';
import type { Arrival } from '../../model/observation.ts';
import type { Clock, Logger, Metrics } from '../../model/ports.ts';
import { EventRules, windowMs } from '../../notify/event-rules/event-rules.ts';
import type { Policy } from '../../notify/policy/policy.ts';
import { clearedBy, clearedUnseen, clusterOf, raisedBy, seriesOf } from './rule-alerts.ts';
import { happenedIn } from './seen-events.ts';

export interface EventRuleParts {
  readonly rules: Policy['eventRules'];
  readonly intake: Pick<IntakeQueue, 'offer'>;
  /** Alerts that go on, of rules and of others. */
  readonly openAlerts: () => Iterable<Strand>;
  /** To be called before anything of a cluster is offered. */
  readonly follow: (clusterUid: string) => void;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface EventRuleService {
  /** With each commit; at once. */
  see(change: Pick<ChangeSet, 'created' | 'repeated' | 'at'>): void;
  /** Offers what waits and ends what is over; to be called every second or so. */
  tick(): Promise<void>;
}

/** Alerts that wait to be offered; a rule that fires for more things at once is written too wide, and that is told. */
const MOST_WAITING = 1000;
/** What goes on says so: what nothing is heard of is taken to be over some day. */
const SAY_AGAIN_MS = 3_600_000;
const SWEEP_MS = 5_000;

export function createEventRules(parts: EventRuleParts): EventRuleService {
  const { clock, metrics, logger, intake, follow } = parts;
  const rules = new EventRules({
    rules: parts.rules,
    onFault: (rule, fault) => {
      metrics.count('tattle_rule_faults_total', { rule });
      logger.debug({ rule, fault }, 'a rule could not be answered: it counted as no');
    },
  });
  let waiting: Arrival[] = [];
  const begun = clock.now();
  let saidAgainAt = begun;
  let sweptAt = begun;

  /** Of what goes on, what no rule knows of: it was raised before a restart, or by a rule that is not configured any more. */
  function sweep(now: number): readonly Arrival[] {
    const known = new Set(rules.firing(now).map(seriesOf));
    return [...parts.openAlerts()].flatMap((strand) => {
      if (known.has(alertSeries(strand))) return [];
      const settings = parts.rules.find((rule) => rule.settings.name === strand.condition)?.settings;
      const isKnowable = settings === undefined || now - begun >= windowMs(settings);
      const cleared = isKnowable ? clearedUnseen(strand, now) : null;
      return cleared === null ? [] : [cleared];
    });
  }

  return {
    see(change) {
      if (parts.rules.length === 0) return;
      const now = clock.now();
      for (const seen of happenedIn(change)) {
        for (const firing of rules.see(seen, now)) {
          if (waiting.length >= MOST_WAITING) {
            logger.warn({ rule: firing.rule.name }, 'a rule fires for more things at once than are kept: narrow it');
            continue;
          }
          follow(clusterOf(firing).uid);
          waiting.push(raisedBy(firing, now));
          logger.info(
            { rule: firing.rule.name, count: firing.count },
            `rule fires: ${firing.rule.title ?? firing.rule.name}`,
          );
        }
      }
    },
    async tick() {
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

/** Channels, the policy between incidents and them, and why somebody was, or was not, told. */
import { endpoints, type WireNoticeDecision } from '@tattle/contract';
import { scopeOf } from '../../kit/scope.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { NoticeDecision } from '../../model/notice-decision.ts';
import { invalidBody } from '../body.ts';
import { decisionsSeen } from '../decision-sight.ts';
import { scoped } from '../filters.ts';
import { findIncident, seeAll } from '../incident-sight.ts';
import { readRange } from '../moments.ts';
import type { ApiPorts } from '../ports.ts';
import { notAllowed } from '../refusals.ts';
import type { Routes } from '../registry.ts';
import type { TrialOutcome } from '../telling.ts';
import { rfc3339 } from '../times.ts';
import { orNull } from '../wire.ts';
import { noChannel } from './runtime-channels.ts';

type Ports = Pick<ApiPorts, 'history' | 'outbox' | 'telling' | 'clock' | 'audit' | 'clusters'>;

const MOST_DECISIONS = 500;
const MOST_TRIED = 200;

export function channelRoutes(routes: Routes, ports: Ports): void {
  const { telling, history, outbox, clock, audit } = ports;

  routes.add(endpoints.listNoticeDecisions, async ({ params, scope }) => {
    const { incident, whole } = await findIncident(params.id, scope, history);
    if (!whole) return { items: [] };
    const decisions = await decisionsSeen(await telling.decisions(incident.id, MOST_DECISIONS), scope, ports);
    const { items: deliveries } = await outbox.deliveries({
      incidentId: incident.id,
      limit: MOST_DECISIONS,
      ...scoped(scope),
    });
    return { items: decisions.map((decision) => wireDecision(decision, deliveries)) };
  });

  routes.add(endpoints.listChannels, async () => {
    const channels = await telling.channels();
    return {
      items: channels.map(({ lastDeliveredAt, lastFailure, wants, ...channel }) => ({
        ...channel,
        wants: [...wants],
        lastDeliveredAt: orNull(lastDeliveredAt),
        lastFailure: lastFailure === null ? null : { at: rfc3339(lastFailure.at), error: lastFailure.error },
      })),
    };
  });

  routes.add(endpoints.testChannel, async ({ params, principal }) => {
    const delivery = await telling.testChannel(params.name);
    if (delivery === null) throw noChannel(params.name);
    await audit.record([
      { at: clock.now(), actor: principal.id, action: 'channel.test', target: params.name, detail: { delivery } },
    ]);
    return { delivery };
  });

  routes.add(endpoints.previewChannel, async ({ params, body, principal }) => {
    const sight =
      body.incident === undefined ? null : await findIncident(body.incident, scopeOf(principal, 'viewer'), history);
    if (sight?.whole === false) throw notAllowed('Notices tell of all of an incident, of which you may see a part.');
    const preview = await telling.previewChannel(params.name, body.notice, sight?.incident ?? null);
    if (preview === null) throw noChannel(params.name);
    return preview;
  });

  routes.add(endpoints.getNotifyPolicy, async () => telling.policy());

  routes.add(endpoints.tryNotifyPolicy, async ({ body, principal }) => {
    const now = clock.now();
    const { from = 0, to = now } = readRange(body, now);
    const outcome = await telling.tryPolicy(body.notify, from, to);
    if (outcome.kind === 'invalid') {
      const problems = outcome.problems.map(({ path, message }) => ({ path: `notify.${path}`, message }));
      throw invalidBody(problems, endpoints.tryNotifyPolicy.bodyHint);
    }
    const shown = outcome.items.slice(0, MOST_TRIED);
    const incidents = await seeAll(
      shown.map(({ incident }) => incident),
      scopeOf(principal, 'viewer'),
      history,
    );
    const decisionsOf = new Map(shown.map(({ incident, decisions }) => [incident.id, decisions]));
    return {
      incidents: outcome.items.length,
      told: outcome.items.filter(({ decisions }) => decisions.some(({ verdict }) => verdict === 'told')).length,
      partial: outcome.partial,
      ...summedUp(outcome),
      items: incidents.map((incident) => ({
        incident,
        // They were made of all of it.
        decisions: (incident.restricted ? [] : (decisionsOf.get(incident.id) ?? [])).map(
          ({ verdict, reason, because, route, channel, rule }) => ({
            verdict,
            reason,
            because,
            route,
            channel,
            rule,
          }),
        ),
      })),
      faults: outcome.faults.map((fault) => ({ ...fault })),
    };
  });
}

function summedUp({ items }: Extract<TrialOutcome, { kind: 'tried' }>) {
  const byReason = new Map<
    string,
    { verdict: NoticeDecision['verdict']; reason: NoticeDecision['reason']; incidents: number }
  >();
  const byRoute = new Map<string, { incidents: Set<string>; channels: Set<string> }>();
  for (const { incident, decisions } of items) {
    for (const { verdict, reason } of firstOfEach(decisions)) {
      const key = `${verdict} ${reason}`;
      const known = byReason.get(key) ?? { verdict, reason, incidents: 0 };
      byReason.set(key, { ...known, incidents: known.incidents + 1 });
    }
    for (const { route, channel, verdict } of decisions) {
      if (verdict !== 'told') continue;
      const known = byRoute.get(route) ?? { incidents: new Set(), channels: new Set() };
      known.incidents.add(incident.id);
      known.channels.add(channel);
      byRoute.set(route, known);
    }
  }
  return {
    byReason: [...byReason.values()].sort((a, b) => b.incidents - a.incidents),
    byRoute: [...byRoute].map(([route, { incidents, channels }]) => ({
      route,
      incidents: incidents.size,
      channels: [...channels],
    })),
  };
}

/** Of several channels that were told for one reason, one. */
function firstOfEach(decisions: readonly NoticeDecision[]): readonly NoticeDecision[] {
  return [...new Map(decisions.toReversed().map((one) => [`${one.verdict} ${one.reason}`, one])).values()];
}

function wireDecision(decision: NoticeDecision, deliveries: readonly Delivery[]): WireNoticeDecision {
  const { at, kind, verdict, reason, because, route, channel, rule, until, by, noticeId } = decision;
  const delivery =
    verdict === 'told' ? deliveries.find((one) => one.noticeId === noticeId && one.channel === channel) : undefined;
  return {
    at: rfc3339(at),
    notice: kind,
    verdict,
    reason,
    because,
    route,
    channel,
    rule,
    until: orNull(until),
    by,
    delivery:
      delivery === undefined ? null : { id: delivery.id, status: delivery.status, lastError: delivery.lastError },
  };
}

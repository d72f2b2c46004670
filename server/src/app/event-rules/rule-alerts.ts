/** A rule that fires, as an alert that is taken in like any other: it joins the incident of its object, or opens one. Pure. */
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import { alertSeries } from '../../correlate/strand.ts';
import type { Strand } from '../../model/incident.ts';
import type { AlertObservation, Arrival } from '../../model/observation.ts';
import type { Firing } from '../../notify/event-rules/firing.ts';
import { isOfRule } from '../../notify/event-rules/rule-key.ts';

/** Their `component`: rules are not asked about what rules said. */
export const RULE_COMPONENT = 'tattle-rule';

export function raisedBy(firing: Firing, now: number): Arrival {
  const { rule, event, count, isAtLeast } = firing;
  const times = `${isAtLeast ? 'at least ' : ''}${count} times`;
  const within = rule.count === undefined ? '' : `: ${times} within ${rule.count.withinSeconds} s`;
  return observed(firing, {
    uid: uidOf(firing),
    transition: 'raised',
    type: 'Warning',
    message: `${rule.title ?? `The rule ${rule.name} fires`}${within}. The newest: ${event.message}`,
    firstSeen: firing.since,
    lastSeen: now,
  });
}

export function clearedBy(firing: Firing, now: number): Arrival {
  return observed(firing, {
    uid: `${uidOf(firing)}/cleared`,
    transition: 'cleared',
    type: 'Normal',
    message: `${firing.rule.title ?? `The rule ${firing.rule.name}`} is over`,
    firstSeen: now,
    lastSeen: now,
  });
}

type Turn = Pick<AlertObservation, 'uid' | 'transition' | 'type' | 'message' | 'firstSeen' | 'lastSeen'>;

function observed(firing: Firing, turn: Turn): Arrival {
  const { rule, event } = firing;
  const observation: AlertObservation = {
    ...turn,
    source: 'alert',
    cluster: { uid: event.cluster, name: event.clusterName },
    object: objectOf(firing),
    related: null,
    reason: rule.name,
    condition: rule.name,
    container: '',
    series: firing.series,
    severity: rule.severity,
    count: 1,
    component: RULE_COMPONENT,
    host: '',
    labels: {},
    annotations: {},
  };
  return { kind: 'observation', observation };
}

/** What the rule counts apart is what its alert is about: the workload, else the node, else the namespace; else the rule itself. */
function objectOf({ rule, event }: Firing): ObjectRef {
  const by = rule.count?.by;
  if (by === undefined) return event.object;
  if (by.includes('name')) return event.rootOwner;
  if (by.includes('node') && event.node !== '') return { kind: 'Node', namespace: '', name: event.node, uid: '' };
  const { namespace } = event.object;
  if (by.includes('namespace') && namespace !== '') return { kind: 'Namespace', namespace, name: namespace, uid: '' };
  return { kind: 'Rule', namespace: '', name: rule.name, uid: '' };
}

function uidOf({ series, since }: Firing): string {
  return `alert/${series}/${since}`;
}

/** What the uid of an alert's event says of it; null where it is none of a rule's. */
export function readUid(
  uid: string,
): { readonly series: string; readonly since: number; readonly isEnd: boolean } | null {
  const read = /^alert\/(rule-[0-9a-f]{32})\/(\d{1,15})(\/cleared)?$/.exec(uid);
  if (read === null) return null;
  const [, series = '', since, end] = read;
  return { series, since: Number(since), isEnd: end !== undefined };
}

/** Of an alert that a rule raised: that it is over, where nothing is known of it in memory. */
export function clearedUnseen(strand: Strand, now: number): Arrival | null {
  const series = alertSeries(strand);
  if (!isOfRule(series)) return null;
  const { cluster, subject, condition, severity, lastSeen } = strand;
  const observation: AlertObservation = {
    ...{ source: 'alert', cluster, object: subject, related: null, reason: condition, condition, container: '' },
    ...{ series, severity, uid: `alert/${series}/${lastSeen}/cleared`, transition: 'cleared', type: 'Normal' },
    message: `The rule ${condition} does not fire any more`,
    ...{ count: 1, firstSeen: now, lastSeen: now, component: RULE_COMPONENT, host: '', labels: {}, annotations: {} },
  };
  return { kind: 'observation', observation };
}

export function clusterOf({ event }: Firing): ClusterRef {
  return { uid: event.cluster, name: event.clusterName };
}

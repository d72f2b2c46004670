/** A rule that fires, as an alert that is taken in like any other: it joins the incident of its object, or opens one. Pure. */
import { createHash } from 'node:crypto';
import type { ClusterRef, ObjectRef } from '../../model/object-ref.ts';
import { alertSeries } from '../../correlate/strand.ts';
import type { Strand } from '../../model/incident.ts';
import type { AlertObservation, Arrival } from '../../model/observation.ts';
import type { Firing } from '../../notify/event-rules/event-rules.ts';

/** Their `component`: rules are not asked about what rules said. */
export const RULE_COMPONENT = 'tattle-rule';

export function raisedBy(firing: Firing, now: number): Arrival {
  const { rule, event, count } = firing;
  const within = rule.count === undefined ? '' : `: ${count} times within ${rule.count.withinSeconds} s`;
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
    series: seriesOf(firing),
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

function uidOf(firing: Firing): string {
  return `alert/${seriesOf(firing)}/${firing.since}`;
}

/** The same each time that it fires, and no other alert's: those of Alertmanager are hexadecimal. */
export function seriesOf({ rule, key }: Pick<Firing, 'rule' | 'key'>): string {
  const hash = createHash('sha256').update(JSON.stringify([rule.name, key]));
  return `${OF_RULES}${hash.digest('hex').slice(0, 32)}`;
}

const OF_RULES = 'rule-';

/** Of an alert that a rule raised: that it is over, where nothing is known of it in memory. */
export function clearedUnseen(strand: Strand, now: number): Arrival | null {
  const series = alertSeries(strand);
  if (!series.startsWith(OF_RULES)) return null;
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

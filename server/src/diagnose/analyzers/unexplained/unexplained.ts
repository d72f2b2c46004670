/** What is left to say where nothing explains an incident: what is known of it, and where to look. Every other finding beats it. */
import { type Fields, fields, objects, text } from '../../../kit/fields.ts';
import type { Citation } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, CaseEvent, Piece, PodCase } from '../../case.ts';
import { cited, citeEvent, citeField, citeLine } from '../../cite.ts';
import { commandsOf, describeCommand, eventsCommand, isName } from '../../kubectl.ts';
import { lastWords } from '../../last-words.ts';

export const unexplained: Analyzer = {
  name: 'unexplained',
  causes: ['unknown'],
  analyze(the) {
    const { root, subject, condition, state, openedAt } = the.incident;
    if (state === 'resolved') return [];
    // Of a node's many pods, one that ended badly tells nothing.
    const end = root.kind === 'Node' ? undefined : the.pods.map(lastEnd).find((each) => each !== undefined);
    const latest = latestEvent(the);
    const last = root.kind === 'Node' ? undefined : lastWords(the);
    const citations = distinct(
      cited(last && citeLine(last.log, last.line), latest && citeEvent(latest), end?.citation, ...statusCitations(the)),
    ).slice(0, 3);
    // A claim that rests on nothing is none.
    if (citations.length === 0) return [];
    const place = root.namespace === '' ? root.name : `${root.namespace}/${root.name}`;
    const known = [
      ...(end === undefined
        ? []
        : [
            `container ${end.container} last ended with exit code ${end.exitCode}${end.reason === '' || end.reason === 'Error' ? '' : ` (${end.reason})`}`,
          ]),
      ...(last === undefined ? [] : [`the log of container ${last.container} ends with “${last.words}”`]),
      ...(latest === undefined ? [] : [`the latest event says “${text(latest.message, 200).trim()}”`]),
    ];
    return [
      {
        cause: 'unknown',
        explanation: `${condition} holds on ${root.kind} ${place} since ${since(openedAt)}, and the evidence does not say why${known.length === 0 ? '' : `: ${known.join('; ')}`}.`,
        confidence: 0.1,
        citations,
        nextSteps: nextSteps(the, end),
        commands: commandsOf(
          end === undefined || !isName(end.pod.ref.name) || !isName(end.container) || !isName(end.pod.ref.namespace)
            ? null
            : `kubectl -n ${end.pod.ref.namespace} logs ${end.pod.ref.name} -c ${end.container}${end.isPrevious ? ' --previous' : ''}`,
          describeCommand(subject),
          eventsCommand(subject),
        ),
      },
    ];
  },
};

function since(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Warnings that kubelet repeats on clusters that are set up so, whatever else is wrong. */
const NOISE = ['MissingClusterDNS', 'DNSConfigForming', 'InvalidDiskCapacity', 'FailedToRetrieveImagePullSecret'];

/** The newest event of the incident's own condition, else the newest that warns, else the newest of all. */
function latestEvent({ events, conditions }: Case): CaseEvent | undefined {
  const said = events.filter(({ message, reason }) => message.trim() !== '' && !NOISE.includes(reason));
  return (
    said.find(({ reason, source }) => conditions.includes(reason) && source !== 'tattle') ??
    said.find(({ type }) => type === 'Warning') ??
    said[0]
  );
}

interface End {
  readonly pod: PodCase;
  readonly container: string;
  readonly exitCode: number;
  readonly reason: string;
  /** It was started again since. */
  readonly isPrevious: boolean;
  readonly citation: Citation | null;
}

function lastEnd(pod: PodCase): End | undefined {
  for (const list of ['initContainerStatuses', 'containerStatuses'] as const) {
    for (const status of objects(pod.status.value[list])) {
      for (const state of ['state', 'lastState'] as const) {
        const terminated = fields(fields(status[state])['terminated']);
        const { exitCode } = terminated;
        if (typeof exitCode !== 'number' || exitCode === 0) continue;
        const container = text(status['name'], 63);
        const citation = citeField(pod.status, [list, container, state, 'terminated', 'exitCode']);
        const reason = text(terminated['reason'], 64);
        return { pod, container, exitCode, reason, isPrevious: state === 'lastState', citation };
      }
    }
  }
  return undefined;
}

/** What statuses say is not as it should be, then what phase things are in. */
function statusCitations({ pods, objects: others, owners, nodes }: Case): readonly (Citation | null)[] {
  const statuses = [
    ...pods.map(({ status }) => status),
    ...others.map(({ status }) => status),
    ...owners.map(({ evidenceId, status }) => ({ evidenceId, value: status })),
    ...nodes.map(({ evidenceId, conditions }) => ({ evidenceId, value: { conditions } })),
  ];
  return [...statuses.map(badCondition), ...statuses.map((status) => citeField(status, ['phase']))];
}

const GOOD = ['Ready', 'Available', 'PodScheduled', 'Progressing', 'Initialized', 'AbleToScale', 'ScalingActive'];
const BAD = ['Failed', 'ReplicaFailure', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

function badCondition(status: Piece<Fields>): Citation | null {
  const bad = objects(status.value['conditions']).find(({ type, status: holds }) =>
    holds === 'True' ? BAD.includes(text(type)) : GOOD.includes(text(type)),
  );
  if (bad === undefined) return null;
  const path = ['conditions', text(bad['type'])];
  return citeField(status, [...path, 'message']) ?? citeField(status, [...path, 'status']);
}

/** Replicas say the same. */
function distinct(citations: readonly Citation[]): readonly Citation[] {
  return citations.filter(
    (citation, index) => citations.findIndex(({ text: other }) => other === citation.text) === index,
  );
}

function nextSteps({ incident, changes }: Case, end: End | undefined): readonly string[] {
  const { kind, name } = incident.subject;
  const change = changes[0]?.value.summary;
  return [
    ...(end === undefined
      ? []
      : [`Read the log of container ${end.container} before its end, further back than what was captured`]),
    `Describe ${kind} ${name}: its events and conditions are the first to tell`,
    change === undefined
      ? 'Ask what changed shortly before: a rollout, a configuration, the node, something that it calls'
      : `Look at the change just before: ${text(change, 160)}`,
  ];
}

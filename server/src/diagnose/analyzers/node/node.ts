/** Nodes that are lost or not ready, under pressure, or that a node-problem-detector complains about. */
import { text, time } from '../../../kit/fields.ts';
import type { CauseCode, Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, NodeCase, PodCase } from '../../case.ts';
import { cited, citeField } from '../../cite.ts';
import { commandsOf, describeCommand } from '../../kubectl.ts';
import { concerns, type Statement, statementsOf } from '../../statement.ts';
import { isExplained, readinessSteps, whyNotReady } from './readiness.ts';
import { troubleOf } from './troubles.ts';

/** How a workload shows that it lost pods. */
const UNAVAILABLE = [
  'MinimumReplicasUnavailable',
  'ReplicasUnavailable',
  'NoEndpoints',
  'RolloutStuck',
  'ProgressDeadlineExceeded',
  'StuckTerminating',
];
/** What a lost node does to itself and to the pods on it. */
const LOSS = ['NodeNotReady', 'NodeLost', 'TaintManagerEviction', 'NodeControllerEviction', 'NodeUnreachable'];

export const node: Analyzer = {
  name: 'node',
  causes: ['node-lost', 'node-pressure', 'read-only-filesystem'],
  analyze(the) {
    const about = isAboutNode(the);
    const inStatus = the.nodes.flatMap((each) => [...lost(each, the, about), ...troubled(each, the, about)]);
    if (inStatus.length > 0 || !about) return inStatus;
    // It has recovered, or was not captured: what was said of it then.
    return fromEvents(the);
  },
};

function isAboutNode({ incident }: Case): boolean {
  return incident.root.kind === 'Node' || incident.subject.kind === 'Node';
}

/** Ready is False where kubelet says so, and Unknown where it says nothing any more. */
function lost(each: NodeCase, the: Case, about: boolean): readonly Finding[] {
  const ready = each.conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready['status'] === 'True' || ready['status'] === undefined) return [];
  const pod = podLostWith(each, time(ready['lastTransitionTime']), the);
  if (about ? !concerns(the, LOSS) && the.incident.root.name !== each.name : pod === undefined) return [];
  const status = { evidenceId: each.evidenceId, value: { conditions: each.conditions } };
  const said = statementsOf(the).find((statement) => LOSS.includes(statement.reason) && isOf(statement, each.name));
  const why = whyNotReady(text(ready['status']), text(ready['message'], 2000));
  const since = text(ready['lastTransitionTime'], 40);
  return [
    {
      cause: 'node-lost',
      explanation: `Node ${each.name} is not ready${since === '' ? '' : ` since ${since}`}: ${why}.${pod === undefined ? '' : ` Pod ${pod.ref.name} runs on it.`}`,
      confidence: about || concerns(the, LOSS) ? 0.95 : 0.8,
      citations: cited(
        citeField(status, ['conditions', 'Ready', 'message']) ?? citeField(status, ['conditions', 'Ready', 'status']),
        citeField(status, ['conditions', 'Ready', 'reason']),
        said?.citation,
      ),
      nextSteps: readinessSteps(each.name, text(ready['status']), text(ready['message'], 2000)),
      commands: commandsFor(each.name),
    },
  ];
}

/** A pod that its node took down with it: what was wrong with it before the node was lost has a cause of its own. */
function podLostWith({ name }: NodeCase, lostAt: number | undefined, the: Case): PodCase | undefined {
  if (!concerns(the, [...LOSS, ...UNAVAILABLE])) return undefined;
  if (lostAt !== undefined && the.incident.openedAt < lostAt) return undefined;
  return the.pods.find(
    ({ spec, status }) =>
      spec.value['nodeName'] === name && !['Failed', 'Succeeded'].includes(text(status.value['phase'])),
  );
}

function isOf({ about }: Statement, name: string): boolean {
  return about.kind !== 'Node' || about.name === name;
}

/** Pressure, and every other condition that is bad when true. */
function troubled(each: NodeCase, the: Case, about: boolean): readonly Finding[] {
  const status = { evidenceId: each.evidenceId, value: { conditions: each.conditions } };
  return each.conditions.flatMap((condition): readonly Finding[] => {
    const type = text(condition['type'], 128);
    const trouble = troubleOf(type);
    if (trouble === undefined || condition['status'] !== 'True') return [];
    if (!about && !concerns(the, [type, 'Evicted'])) return [];
    const message = text(condition['message'], 300);
    return [
      {
        cause: trouble.cause,
        explanation: `Node ${each.name} ${trouble.means}${message === '' ? '' : `: ${message.replace(/\.$/, '')}`}.`,
        confidence: about ? 0.93 : 0.7,
        citations: cited(
          citeField(status, ['conditions', type, 'message']) ?? citeField(status, ['conditions', type, 'status']),
          statementsOf(the).find(
            ({ reason, about: object }) => trouble.events.includes(reason) && object.name === each.name,
          )?.citation,
        ),
        nextSteps: trouble.nextSteps,
        commands: commandsFor(each.name),
      },
    ];
  });
}

/** The newest event that tells of a node's trouble, one that says why before one that does not. */
function fromEvents(the: Case): readonly Finding[] {
  const found = statementsOf(the).flatMap((statement) => {
    const read = statement.about.kind === 'Node' ? readEvent(statement, statement.about.name) : undefined;
    return read === undefined ? [] : [{ read, statement }];
  });
  const told = found.find(({ statement }) => isExplained(statement.says)) ?? found[0];
  if (told === undefined) return [];
  const citations = cited(told.statement.citation, found.find((each) => each !== told)?.statement.citation);
  return [{ ...told.read, confidence: 0.85, citations, commands: commandsFor(told.statement.about.name) }];
}

interface Told {
  readonly cause: CauseCode;
  readonly explanation: string;
  readonly nextSteps: readonly string[];
}

function readEvent({ reason, says }: Statement, name: string): Told | undefined {
  if (LOSS.includes(reason))
    return {
      cause: 'node-lost',
      explanation: `Node ${name} was reported not ready${says.includes('status is now') ? '' : `: ${says.slice(0, 300).replace(/\.$/, '')}`}.`,
      nextSteps: readinessSteps(name, 'Unknown', says),
    };
  const trouble = troubleOf(reason);
  return (
    trouble && {
      cause: trouble.cause,
      explanation: `Node ${name} ${trouble.means}: ${says.slice(0, 300).replace(/\.$/, '')}.`,
      nextSteps: trouble.nextSteps,
    }
  );
}

function commandsFor(name: string): readonly string[] {
  const ref = { kind: 'Node', namespace: '', name };
  const describe = describeCommand(ref);
  const pods = describe && `kubectl get pods -A -o wide --field-selector spec.nodeName=${name}`;
  return commandsOf(describe, pods, describe && `kubectl get leases -n kube-node-lease ${name} -o yaml`);
}

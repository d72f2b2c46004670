/** Probes that fail: readiness keeps a running container out of service, liveness and startup have it killed. */
import { isFields } from '../../../kit/fields.ts';
import type { Finding } from '../../../model/diagnosis.ts';
import type { Analyzer } from '../../analyzer.ts';
import type { Case, CaseEvent, PodCase } from '../../case.ts';
import { cited, citeEvent, citeLine } from '../../cite.ts';
import { citeContainerSpec, citeContainerStatus, type PodContainer, restartsOf } from '../../container-runs.ts';
import { homeNamespace } from '../../home-namespace.ts';
import { commandsOf, describeCommand, eventsCommand } from '../../kubectl.ts';
import { logsCommand } from '../../pod-commands.ts';
import { concerns } from '../../statement.ts';
import { isCrashing, killConfidence, PROBE_CONDITIONS, unreadyConfidence } from './probe-certainty.ts';
import { failuresOf, killFor, podsWithFailures, type ProbeFailure, type ProbeKind } from './probe-events.ts';
import { readProbe } from './probe-reading.ts';
import { patience, settingsOf } from './probe-settings.ts';
import { killOf, seenByDetector, suspect } from './probed-container.ts';

export const probe: Analyzer = {
  name: 'probe',
  causes: ['startup-probe', 'liveness-probe', 'readiness-probe'],
  analyze(the) {
    const all = podsWithFailures(the).flatMap((name) => ofPod(the, name));
    // One finding a probe, however many replicas say the same.
    const causes = [...new Set(all.map(({ cause }) => cause))];
    return causes.flatMap((cause) =>
      all
        .filter((each) => each.cause === cause)
        .toSorted(bySureness)
        .slice(0, 1),
    );
  },
};

function bySureness(one: Finding, other: Finding): number {
  return other.confidence - one.confidence;
}

function ofPod(the: Case, podName: string): readonly Finding[] {
  const pod = the.pods.find(({ ref }) => ref.name === podName);
  const killed = (['startup', 'liveness'] as const).flatMap((kind) => killing(the, podName, pod, kind) ?? []);
  // What is killed is not ready either: the kill is the trouble.
  if (killed.some(({ confidence }) => confidence >= 0.8)) return killed;
  const unready = notReady(the, podName, pod);
  return unready === undefined ? killed : [...killed, unready];
}

/** A probe that has the container killed. */
function killing(
  the: Case,
  podName: string,
  pod: PodCase | undefined,
  kind: 'startup' | 'liveness',
): Finding | undefined {
  const [failure] = failuresOf(the, podName, kind);
  const each = suspect(the, pod, kind, failure);
  const kill = each === undefined ? killOf(the, podName, kind) : killFor(the, each, kind);
  const confidence = killConfidence(the, each, kind, failure, kill);
  if (confidence < 0.5) return undefined;
  return finding(the, podName, each, kind, failure, kill, confidence);
}

/** A container that runs and is not ready, because its readiness probe fails. */
function notReady(the: Case, podName: string, pod: PodCase | undefined): Finding | undefined {
  const [failure] = failuresOf(the, podName, 'readiness');
  const each = suspect(the, pod, 'readiness', failure);
  if (each === undefined) {
    const isKnown = pod?.containers.some(({ status }) => isFields(status['state'])) === true;
    return failure === undefined || isKnown || isCrashing(the) || !concerns(the, PROBE_CONDITIONS)
      ? undefined
      : finding(the, podName, undefined, 'readiness', failure, undefined, 0.75);
  }
  const seen = failure === undefined ? seenByDetector(the, podName, each) : undefined;
  if (failure === undefined && seen === undefined) return undefined;
  const confidence = unreadyConfidence(the, each, failure);
  return confidence < 0.5 ? undefined : finding(the, podName, each, 'readiness', failure, seen, confidence);
}

function finding(
  the: Case,
  podName: string,
  each: PodContainer | undefined,
  kind: ProbeKind,
  failure: ProbeFailure | undefined,
  proof: CaseEvent | undefined,
  confidence: number,
): Finding {
  const settings = each && settingsOf(each.container, kind);
  const reading = readProbe(kind, failure?.said ?? '', settings, each);
  const subject = each === undefined ? `A container of pod ${podName}` : `Container ${each.container.name}`;
  const does = whatHappens(kind, each, proof);
  const bears =
    settings === undefined || kind === 'readiness' || reading.because.includes('failureThreshold')
      ? ''
      : ` The probe allows ${patience(settings)}.`;
  const namespace = homeNamespace(the);
  return {
    cause: `${kind}-probe`,
    explanation: `${subject} ${does}, because its ${kind} probe fails: ${reading.because}.${bears}`,
    confidence,
    citations: cited(
      failure && citeEvent(failure.event),
      proof && citeEvent(proof),
      each && citeContainerSpec(each, `${kind}Probe`),
      reading.line && citeLine(reading.line.log, reading.line.line),
      kind === 'readiness' && each !== undefined ? citeContainerStatus(each, 'ready') : null,
    ).slice(0, 4),
    nextSteps: reading.nextSteps.length > 1 ? reading.nextSteps : [...reading.nextSteps, defaultStep(kind)],
    commands: commandsOf(
      describeCommand({ kind: 'Pod', namespace, name: podName }),
      each === undefined
        ? null
        : logsCommand(each, kind !== 'readiness' && restartsOf(each.container) > 0 ? 'previous' : 'current'),
      eventsCommand({ kind: 'Pod', namespace, name: podName }),
    ),
  };
}

function whatHappens(kind: ProbeKind, each: PodContainer | undefined, proof: CaseEvent | undefined): string {
  if (kind !== 'readiness') return proof === undefined ? 'is not healthy' : 'is killed and restarted';
  return each?.container.status['ready'] === true ? 'is not ready now and then' : 'runs but is not ready';
}

function defaultStep(kind: ProbeKind): string {
  return kind === 'readiness'
    ? 'Until then no Service sends it traffic: watch that enough replicas are ready'
    : 'Loosen the probe (failureThreshold, timeoutSeconds) if the container is only slow';
}

/** Which container a probe's events are about: they name the pod only. */
import type { Case, CaseEvent, ContainerCase, PodCase } from '../../case.ts';
import type { PodContainer } from '../../container-runs.ts';
import { killFor, type ProbeFailure, type ProbeKind } from './probe-events.ts';
import { probeOf, settingsOf } from './probe-settings.ts';

export function seenByDetector(the: Case, podName: string, { container }: PodContainer): CaseEvent | undefined {
  return the.events.find(
    ({ source, reason, object, message }) =>
      source === 'tattle' &&
      reason === 'Unhealthy' &&
      object.name === podName &&
      message.includes(`Container ${container.name} `) &&
      message.includes('readiness probe'),
  );
}

export function killOf(the: Case, podName: string, kind: ProbeKind): CaseEvent | undefined {
  return the.events.find(
    ({ reason, object, message }) =>
      reason === 'Killing' && object.name === podName && message.includes(` failed ${kind} probe`),
  );
}

/** Events do not name the container: the one that has such a probe, that was killed for it, that is not ready. */
export function suspect(
  the: Case,
  pod: PodCase | undefined,
  kind: ProbeKind,
  failure: ProbeFailure | undefined,
): PodContainer | undefined {
  if (pod === undefined) return undefined;
  const all = pod.containers.map((container) => ({ pod, container }));
  const probed = all.filter(({ container }) => probeOf(container, kind) !== undefined);
  if (probed.length <= 1) return probed[0] ?? all.find((each) => killFor(the, each, kind) !== undefined);
  return (
    probed.find((each) => killFor(the, each, kind) !== undefined) ??
    probed.find(({ container }) => isAskedFor(container, kind, failure)) ??
    probed.find(({ container }) => container.status['ready'] === false) ??
    probed[0]
  );
}

function isAskedFor(container: ContainerCase, kind: ProbeKind, failure: ProbeFailure | undefined): boolean {
  const port = settingsOf(container, kind)?.port;
  return port !== undefined && failure?.said.includes(`:${port}`) === true;
}

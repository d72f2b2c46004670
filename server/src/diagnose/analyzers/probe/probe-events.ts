/** What the kubelet's events say of probes: which failed, in which words, and whether a container was killed for it. */
import type { Case, CaseEvent } from '../../case.ts';
import type { PodContainer } from '../../container-runs.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ProbeFailure {
  readonly event: CaseEvent;
  /** What the probe answered, without the kubelet's own beginning of the sentence. */
  readonly said: string;
}

const COMBINED = '(combined from similar events): ';
const LONGEST = 2000;

/** `Readiness probe failed: …`, `Liveness probe errored and resulted in unknown state: …`; newest first. */
export function failuresOf(the: Case, podName: string, kind: ProbeKind): readonly ProbeFailure[] {
  return the.events.flatMap((event) => {
    if (event.reason !== 'Unhealthy' && event.reason !== 'ProbeWarning') return [];
    if (event.source === 'tattle' || event.object.name !== podName) return [];
    const message = withoutPrefix(event.message.slice(0, LONGEST));
    const beginning = `${kind} probe `;
    if (!message.toLowerCase().startsWith(beginning)) return [];
    const rest = message.slice(beginning.length);
    const colon = rest.indexOf(':');
    // A probe whose container is being stopped says nothing of the container.
    const said = colon < 0 ? '' : rest.slice(colon + 1).trim();
    return isOfStopping(said) ? [] : [{ event, said }];
  });
}

function withoutPrefix(message: string): string {
  return message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message;
}

function isOfStopping(said: string): boolean {
  return (
    said.includes('container is stopping') ||
    said.includes('container process not found') ||
    said.includes('container not running') ||
    said.includes('is not running') ||
    said.includes('is not created or running') ||
    said.endsWith('context canceled')
  );
}

/** `Container worker failed liveness probe, will be restarted`, as worded since Kubernetes 1.15. */
export function killFor(the: Case, { pod, container }: PodContainer, kind: ProbeKind): CaseEvent | undefined {
  return the.events.find(
    ({ reason, object, message }) =>
      reason === 'Killing' &&
      object.name === pod.ref.name &&
      message.includes(`Container ${container.name} failed ${kind} probe`),
  );
}

/** The captured pods; where none was captured, those that a probe failed on. */
export function podsWithFailures(the: Case): readonly string[] {
  if (the.pods.length > 0) return the.pods.map(({ ref }) => ref.name);
  const names = the.events.flatMap(({ reason, object, source }) =>
    (reason === 'Unhealthy' || reason === 'Killing') && source !== 'tattle' && object.kind === 'Pod' ? object.name : [],
  );
  return [...new Set(names)];
}

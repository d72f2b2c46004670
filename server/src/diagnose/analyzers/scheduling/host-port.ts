/** Host ports that are taken on every node that the pod could run on. */
import { objects, text } from '../../../kit/fields.ts';
import type { PodCase } from '../../case.ts';
import { citeField } from '../../cite.ts';
import type { Exclusion } from '../../scheduler-message.ts';
import type { UnscheduledPod } from '../../unscheduled-pod.ts';
import { type Explained, nodesOf } from './explained.ts';

export function explainPort(waiting: UnscheduledPod, exclusions: readonly Exclusion[]): Explained {
  const where = nodesOf(exclusions[0]?.nodes ?? 0, waiting);
  const held = waiting.pod === undefined ? undefined : hostPorts(waiting.pod);
  const ports = held === undefined || held.ports.length === 0 ? 'The host port' : `Host port ${held.ports.join(', ')}`;
  return {
    cause: 'port-in-use',
    explanation: `${ports} that the pod asks for is taken on ${where} by another pod.`,
    nextSteps: [
      'Find the pod that holds the host port on those nodes: often an older replica of the same workload',
      'Replace hostPort by a Service, or use a rolling update that stops the old pod first (maxSurge 0 or Recreate)',
    ],
    citations: [
      held?.container === undefined || waiting.pod === undefined
        ? null
        : citeField(waiting.pod.spec, ['containers', held.container, 'ports']),
    ],
    commands: ['kubectl get pods -A -o wide'],
  };
}

/** With hostNetwork every container port is one of the host. */
function hostPorts({ spec }: PodCase): { readonly ports: readonly string[]; readonly container: string | undefined } {
  const onHost = spec.value['hostNetwork'] === true;
  const portsOf = (container: Readonly<Record<string, unknown>>) =>
    objects(container['ports'])
      .map((port) => text(port['hostPort'] ?? (onHost ? port['containerPort'] : undefined), 8))
      .filter((port) => port !== '' && port !== '0');
  const containers = objects(spec.value['containers']);
  const holder = containers.find((container) => portsOf(container).length > 0);
  return { ports: containers.flatMap(portsOf), container: holder === undefined ? undefined : text(holder['name'], 63) };
}

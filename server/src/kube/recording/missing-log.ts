/** What the API server answers where a container has no log to give, read from the pod's own status. */
import { isObject, textAt, valueAt, type RawObject } from './recorded-line.ts';

export interface LogRefusal {
  readonly code: 400 | 404;
  readonly message: string;
}

/** Checks a request against the pod's containers: their names, or the only one's where none was named. */
export function chooseContainer(pod: RawObject, wanted: string): string | LogRefusal {
  const names = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => namesIn(pod, list));
  const podName = textAt(pod, 'metadata', 'name');
  const main = namesIn(pod, 'containers');
  if (wanted !== '') {
    if (names.length === 0 || names.includes(wanted)) return wanted;
    return { code: 400, message: `container ${wanted} is not valid for pod ${podName}` };
  }
  const preferred = valueAt(pod, 'metadata', 'annotations', 'kubectl.kubernetes.io/default-container');
  if (typeof preferred === 'string' && main.includes(preferred)) return preferred;
  const [only] = main;
  if (only !== undefined && main.length === 1) return only;
  return {
    code: 400,
    message: `a container name must be specified for pod ${podName}, choose one of: [${main.join(' ')}]`,
  };
}

/** Why this container's log is not there. */
export function explainMissingLog(pod: RawObject, container: string, previous: boolean): LogRefusal {
  const name = textAt(pod, 'metadata', 'name');
  const status = statusOf(pod, container);
  if (previous && valueAt(status, 'lastState', 'terminated') === undefined) {
    return { code: 400, message: `previous terminated container "${container}" in pod "${name}" not found` };
  }
  const waiting = waitingReason(status);
  const isPending = status === undefined || valueAt(status, 'state', 'waiting') !== undefined;
  if (!previous && isPending && valueAt(status, 'lastState', 'terminated') === undefined) {
    return { code: 400, message: `container "${container}" in pod "${name}" is waiting to start: ${waiting}` };
  }
  return { code: 404, message: `the server could not find the requested resource ( pods/log ${name})` };
}

function waitingReason(status: RawObject | undefined): string {
  const reason = textAt(status, 'state', 'waiting', 'reason');
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return 'trying and failing to pull image';
  return reason === '' ? 'ContainerCreating' : reason;
}

function namesIn(pod: RawObject, list: string): string[] {
  return listAt(pod, 'spec', list).map((container) => textAt(container, 'name'));
}

function statusOf(pod: RawObject, container: string): RawObject | undefined {
  return ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']
    .flatMap((list) => listAt(pod, 'status', list))
    .find((status) => textAt(status, 'name') === container);
}

function listAt(pod: RawObject, ...path: readonly string[]): RawObject[] {
  const list = valueAt(pod, ...path);
  return Array.isArray(list) ? (list as unknown[]).filter(isObject) : [];
}

/** Commands that read a pod's logs, safe to paste. */
import type { PodContainer } from './container-runs.ts';
import { isName } from './kubectl.ts';

/** `kubectl -n shop logs api-1 -c app --previous`; null where a name is no name. */
export function logsCommand({ pod, container }: PodContainer, run: 'current' | 'previous'): string | null {
  const { namespace, name } = pod.ref;
  if (![namespace, name, container.name].every(isName)) return null;
  return `kubectl -n ${namespace} logs ${name} -c ${container.name}${run === 'previous' ? ' --previous' : ''} --tail=50`;
}

/** `kubectl -n shop top pod api-1 --containers`. */
export function usageCommand({ pod }: Pick<PodContainer, 'pod'>): string | null {
  const { namespace, name } = pod.ref;
  return isName(namespace) && isName(name) ? `kubectl -n ${namespace} top pod ${name} --containers` : null;
}

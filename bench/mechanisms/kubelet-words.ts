/** How kubelets of different versions word the same events. */
import type { NodeTraits } from './world.ts';

export interface KubeletWords {
  /** Of container ids. */
  readonly scheme: string;
  present(image: string): string;
  created(container: string): string;
  started(container: string): string;
}

export function wordsOf({ kubelet, runtime }: NodeTraits): KubeletWords {
  const isNew = Number(kubelet.split('.')[1]) >= 35;
  return {
    scheme: runtime.slice(0, runtime.indexOf(':')),
    present: (image) =>
      `Container image "${image}" already present on machine${isNew ? ' and can be accessed by the pod' : ''}`,
    created: (container) => (isNew ? 'Container created' : `Created container: ${container}`),
    started: (container) => (isNew ? 'Container started' : `Started container ${container}`),
  };
}

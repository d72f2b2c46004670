/** The PersistentVolumeClaims among the captured objects. */
import type { Case, ObjectCase } from './case.ts';

export function claimsIn({ objects }: Case): readonly ObjectCase[] {
  return objects.filter(({ ref }) => ref.kind === 'PersistentVolumeClaim');
}

export function isBound({ status }: ObjectCase): boolean {
  return status.value['phase'] === 'Bound';
}

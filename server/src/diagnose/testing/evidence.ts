/** Pieces of evidence as captures save them, for tests of what makes cases of them. */
import type { Evidence, EvidenceKind } from '../../model/incident.ts';
import type { ObjectRef } from '../../model/object-ref.ts';

export const POD: ObjectRef = { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'p1' };

/** Of the pod `shop/api-1`, captured at 1 second, unless told. */
export function evidenceOf(kind: EvidenceKind, body: unknown, more: Partial<Evidence> = {}): Evidence {
  return {
    id: `${kind}-${more.container ?? ''}${more.capturedAt ?? 1000}`,
    incidentId: 'i1',
    kind,
    object: POD,
    container: '',
    capturedAt: 1000,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    truncated: false,
    error: null,
    ...more,
  };
}

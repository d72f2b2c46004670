/** A piece of evidence as it was gathered: not redacted yet, and of any size. */
import type { EvidenceKind } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';

export interface Captured {
  readonly kind: EvidenceKind;
  readonly object: ObjectRef;
  /** Empty where it is not about a container. */
  readonly container: string;
  readonly content: Content;
}

export type Content =
  | { readonly kind: 'text'; readonly text: string; readonly truncated: boolean }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: string };

export function capturedValue(kind: EvidenceKind, object: ObjectRef, value: unknown): Captured {
  return { kind, object, container: '', content: { kind: 'value', value } };
}

export function capturedError(kind: EvidenceKind, object: ObjectRef, error: string): Captured {
  return { kind, object, container: '', content: { kind: 'error', error } };
}

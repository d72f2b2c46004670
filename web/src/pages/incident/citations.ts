/** Every citation of an incident, numbered, so that a quote leads to its words and they lead back to what they are cited for. */
import type { WireDiagnosis } from '@tattle/contract';

export interface NumberedCitation {
  readonly evidenceId: string;
  readonly text: string;
  /** The cause that it is cited for. */
  readonly cause: string;
  /** What the address holds to lead to it, and the id of the place it leads to. */
  readonly place: string;
}

export interface NumberedFinding {
  readonly cause: string;
  readonly confidence: number;
  readonly explanation: string;
  readonly citations: readonly NumberedCitation[];
}

/** The diagnosis first, then what is also possible. */
export function numberedFindings(diagnosis: WireDiagnosis | null): readonly NumberedFinding[] {
  if (diagnosis === null) return [];
  let number = 0;
  return [diagnosis, ...diagnosis.also].map(({ cause, confidence, explanation, citations }) => ({
    cause,
    confidence,
    explanation,
    citations: citations.map(({ evidenceId, text }) => ({
      evidenceId,
      text,
      cause,
      place: `${evidenceId}~${++number}`,
    })),
  }));
}

/** The piece of evidence that a place lies in: `ev_1` of `ev_1~2`, and of itself. */
export function evidenceOfPlace(place: string): string {
  return place.split('~', 1)[0] ?? '';
}

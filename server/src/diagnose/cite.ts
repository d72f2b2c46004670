/** Citations: the words of a piece of evidence, as they stand there. */
import { type Fields, isFields, text } from '../kit/fields.ts';
import type { Citation } from '../model/diagnosis.ts';
import type { CaseEvent, LogCase, Piece } from './case.ts';

const LONGEST_LINE = 500;

export function citeLine(log: LogCase, line: string): Citation {
  return { evidenceId: log.evidenceId, text: line.trim().slice(0, LONGEST_LINE) };
}

export function citeEvent(event: CaseEvent): Citation {
  return { evidenceId: event.evidenceId, text: event.message.trim().slice(0, LONGEST_LINE) };
}

/**
 * `containers[app].resources.limits.memory: 24Mi`: a field of an object, lists by their entries' name (or type, or index). Null
 * where it is not there, so that nothing is cited that is not.
 */
export function citeField(piece: Piece<Fields>, path: readonly (string | number)[]): Citation | null {
  let at: unknown = piece.value;
  let written = '';
  for (const step of path) {
    if (Array.isArray(at)) {
      at = typeof step === 'number' ? at[step] : at.find((entry) => isNamed(entry, step));
      written += `[${step}]`;
    } else {
      at = isFields(at) && Object.hasOwn(at, step) ? at[step] : undefined;
      written += written === '' ? String(step) : `.${step}`;
    }
    if (at === undefined || at === null) return null;
  }
  const value = typeof at === 'object' ? JSON.stringify(at) : text(at, LONGEST_LINE);
  return { evidenceId: piece.evidenceId, text: `${written}: ${value.trim().slice(0, LONGEST_LINE)}` };
}

/** The citations that are there. */
export function cited(...citations: readonly (Citation | null | undefined)[]): readonly Citation[] {
  return citations.filter((citation) => citation !== null && citation !== undefined);
}

function isNamed(entry: unknown, step: string | number): boolean {
  return isFields(entry) && (entry['name'] === step || entry['type'] === step);
}

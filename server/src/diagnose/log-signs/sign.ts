/** Signs of causes in lines of logs: what a line must say, and what it then names. */
import type { CauseCode, Dependency } from '../../model/diagnosis.ts';
import type { LogLine } from '../log-line.ts';

export interface Sign {
  readonly cause: CauseCode;
  /** What kind of trouble, for the words of the analyzer that owns the cause. */
  readonly kind: string;
  /** The confidence is at most this. */
  readonly atMost?: number;
  /** Against other lines of the same log: weak words give way to clear ones nearby. */
  readonly weight?: number;
  /** A later line that tells of success takes it back. */
  readonly passes?: boolean;
  find(line: LogLine, around: Around): Told | null;
}

export interface Around {
  readonly lines: readonly LogLine[];
  readonly index: number;
}

export interface Told {
  /** The name that matters: a variable, a host, a path, a user, a module. Empty where none is named. */
  readonly subject: string;
  readonly dependency?: Dependency | undefined;
}

/** Words in small letters, or several that must all be there. */
export type Phrase = string | readonly string[];

/** The line holds one of the phrases (in small letters); of a list, all. */
export function says(line: LogLine, phrases: readonly Phrase[]): boolean {
  return phrases.some((phrase) =>
    typeof phrase === 'string' ? line.low.includes(phrase) : phrase.every((part) => line.low.includes(part)),
  );
}

/** A sign by phrases, with what is named picked out by the first expression that fits. */
export function phrases(
  sign: Omit<Sign, 'find'>,
  wanted: readonly Phrase[],
  naming: readonly RegExp[] = [],
  unless: readonly Phrase[] = [],
): Sign {
  return {
    ...sign,
    find: (line) => (says(line, wanted) && !says(line, unless) ? { subject: firstNamed(line.text, naming) } : null),
  };
}

export function firstNamed(words: string, naming: readonly RegExp[]): string {
  for (const shape of naming) {
    const name = shape
      .exec(words)
      ?.slice(1)
      .find((group) => group !== undefined && group !== '');
    if (name !== undefined) return name.trim();
  }
  return '';
}

/** This line and those right after it, which may go on with the same message. */
export function withNext({ lines, index }: Around, more = 2): string {
  return lines
    .slice(index, index + 1 + more)
    .map(({ text }) => text)
    .join(' ');
}

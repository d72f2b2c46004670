/** Suggestions as kubectl and our own scripts read them: a line each, then what else the shell should offer. */
import { printable } from '../printable.ts';
import type { Completed } from './complete.ts';

/** The hidden command that scripts and kubectl ask: the words so far, the one being written last. */
export const COMPLETE = '__complete';

/** As the cobra library numbers them: files too, nothing else, directories too. */
const DIRECTIVES: Readonly<Record<Completed['paths'], number>> = { files: 0, none: 4, directories: 16 };
/** Added: no blank behind it. */
const NO_SPACE = 2;
/** What a shell could take for more than a word is not offered, whoever says it. */
const PLAIN = /^[\w.,:/@=!+-]+$/;
const LONGEST_ABOUT = 60;

export function completionLines({ suggestions, paths, isOpen = false }: Completed): string {
  const lines = suggestions
    .filter(({ value }) => PLAIN.test(value))
    .map(({ value, about }) => (about === '' ? value : `${value}\t${shortened(printable(about))}`));
  return [...lines, `:${DIRECTIVES[paths] + (isOpen ? NO_SPACE : 0)}`].map((line) => `${line}\n`).join('');
}

function shortened(text: string): string {
  return text.length <= LONGEST_ABOUT ? text : `${text.slice(0, LONGEST_ABOUT - 1)}…`;
}

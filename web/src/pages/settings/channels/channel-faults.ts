/** What the server refused, put at the fields that it is about. Pure. */
import type { ProblemPart } from '../../../api/problem.ts';

export interface Faults {
  /** By the name of the setting, or `name`. */
  readonly at: Readonly<Record<string, string>>;
  /** What is about no field that there is. */
  readonly rest: readonly ProblemPart[];
}

export const NO_FAULTS: Faults = { at: {}, rest: [] };

/** `known` are the names of the fields in sight; the first fault of each counts. */
export function faultsIn(errors: readonly ProblemPart[], known: readonly string[]): Faults {
  const at: Record<string, string> = {};
  const rest: ProblemPart[] = [];
  for (const error of errors) {
    const { field, within } = placeOf(error.path);
    if (!known.includes(field)) rest.push(error);
    else at[field] ??= sentence(within, error.message);
  }
  return { at, rest };
}

/** `settings.to[1]` is the second line of the field `to`. */
function placeOf(path: string): { readonly field: string; readonly within: string } {
  const below = path.replace(/^settings\./, '');
  const [field = ''] = /^[\w-]+/.exec(below) ?? [];
  return { field, within: withinWords(below.slice(field.length)) };
}

function withinWords(rest: string): string {
  const index = /^\[(\d+)\]/.exec(rest)?.[1];
  if (index !== undefined) return `Line ${Number(index) + 1}`;
  return rest.replace(/^\./, '').replace(/^\["(.*)"\]$/, '$1');
}

function sentence(within: string, message: string): string {
  return asSentence(within === '' ? `It ${message}` : `${within} ${message}`);
}

/** What the server says in the middle of one of its own. */
export function asSentence(text: string): string {
  const said = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

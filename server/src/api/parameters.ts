/** Query parameters, read strictly: what is not known is refused, naming what is. */
import { closest } from '../kit/closest.ts';
import { badParameter, RequestProblem } from './problem.ts';
import { parseTime } from './times.ts';

/** More than anyone types, less than what a query could choke on. */
const MOST_VALUES = 200;
const LONGEST_VALUE = 2048;

export class Parameters {
  readonly #values = new Map<string, string[]>();

  /** Throws `RequestProblem` for an unknown parameter, and for values that no store could hold. */
  constructor(url: string, known: readonly string[]) {
    const question = url.indexOf('?');
    const query = new URLSearchParams(question === -1 ? '' : url.slice(question + 1));
    if (query.size > MOST_VALUES) {
      throw badParameter('query', `more than ${MOST_VALUES} parameters`, 'Ask for less at a time.');
    }
    for (const [name, value] of query) {
      if (!known.includes(name)) throw unknownParameter(name, known);
      if (value.length > LONGEST_VALUE) {
        throw badParameter(name, `is longer than ${LONGEST_VALUE} characters`, 'Shorten it.');
      }
      if (value.includes('\0')) {
        throw badParameter(name, 'holds a NUL character', 'Leave it out: nothing that is stored holds one.');
      }
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]);
      else values.push(value);
    }
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Throws `RequestProblem` where it is given twice. */
  one(name: string): string | undefined {
    const values = this.all(name);
    if (values.length > 1) throw badParameter(name, 'is given more than once', `Give ${name} once.`);
    return values[0];
  }

  whole(name: string, fallback: number, least: number, most: number): number {
    const text = this.one(name);
    if (text === undefined) return fallback;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw badParameter(name, 'is out of range', `Give a whole number from ${least} to ${most}.`);
  }

  time(name: string, now: number): number | undefined {
    const text = this.one(name);
    return text === undefined ? undefined : readTime(name, text, now);
  }

  /** A half-open range; either end may be missing. */
  range(now: number): { readonly from?: number; readonly to?: number } {
    return orderedRange(this.time('from', now), this.time('to', now));
  }

  /** Values that must be among `choices`. */
  among<Choice extends string>(name: string, choices: readonly Choice[]): readonly Choice[] {
    return this.all(name).map((value) => {
      const choice = choices.find((candidate) => candidate === value);
      if (choice === undefined) throw notAmong(name, value, choices);
      return choice;
    });
  }
}

export function readTime(name: string, text: string, now: number): number {
  const time = parseTime(text, now);
  if (time !== undefined) return time;
  throw badParameter(
    name,
    'is no time',
    'Give RFC 3339 with a zone (2026-01-31T14:00:00Z), now, or now-1h; units are s, m, h, d, w. A + is written %2B in a URL.',
  );
}

export function orderedRange(from: number | undefined, to: number | undefined): { from?: number; to?: number } {
  if (from !== undefined && to !== undefined && from >= to) {
    throw badParameter('from', 'is not before to', 'Times are half-open: from is included, to is not.');
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

export function notAmong(name: string, value: string, choices: readonly string[]): RequestProblem {
  const meant = closest(value, choices);
  const suggestion = meant === undefined ? '' : `Did you mean ${meant}? `;
  return badParameter(name, 'is not one of its values', `${suggestion}It takes ${choices.join(', ')}.`);
}

function unknownParameter(name: string, known: readonly string[]): RequestProblem {
  const shown = JSON.stringify(name.slice(0, 100));
  const meant = closest(name, known);
  const suggestion = meant === undefined ? '' : `Did you mean ${meant}? `;
  const hint = known.length === 0 ? 'This path takes none.' : `${suggestion}Known here: ${known.join(', ')}.`;
  return new RequestProblem({
    status: 400,
    title: 'A parameter is not known',
    detail: `There is no parameter ${shown}.`,
    hint,
    errors: [{ path: name.slice(0, 100), message: 'is not known' }],
  });
}

/** Query parameters, read strictly by what the contract says of them: what is not known is refused, naming what is. */
import type { QueryShape } from '@tattle/contract';
import { z } from 'zod';
import { closest } from '../kit/closest.ts';
import { badParameter, RequestProblem } from './problem.ts';

/** More than anyone types, less than what a query could choke on. */
const MOST_VALUES = 200;
const LONGEST_VALUE = 2048;

type Read<Shape extends QueryShape> = { readonly [Name in keyof Shape]: z.output<Shape[Name]> };

/** Throws `RequestProblem` for an unknown parameter, and for values that make no sense or that no store could hold. */
export function readQuery<Shape extends QueryShape>(url: string, shape: Shape): Read<Shape> {
  const given = collect(url, Object.keys(shape));
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, readParameter(name, schema, given.get(name))]),
  ) as Read<Shape>;
}

function collect(url: string, known: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const question = url.indexOf('?');
  const query = new URLSearchParams(question === -1 ? '' : url.slice(question + 1));
  if (query.size > MOST_VALUES)
    throw badParameter('query', `more than ${MOST_VALUES} parameters`, 'Ask for less at a time.');
  const given = new Map<string, string[]>();
  for (const [name, value] of query) {
    if (!known.includes(name)) throw unknownParameter(name, known);
    if (value.length > LONGEST_VALUE) {
      throw badParameter(name, `is longer than ${LONGEST_VALUE} characters`, 'Shorten it.');
    }
    if (value.includes('\0')) {
      throw badParameter(name, 'holds a NUL character', 'Leave it out: nothing that is stored holds one.');
    }
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  return given;
}

function readParameter(name: string, schema: z.ZodType, values: readonly string[] | undefined): unknown {
  const inner = unwrapped(schema);
  const many = inner instanceof z.ZodArray;
  if (values !== undefined && values.length > 1 && !many) {
    throw badParameter(name, 'is given more than once', `Give ${name} once.`);
  }
  const element = many ? unwrapped(inner.element) : inner;
  const texts = values?.map((text) => (element instanceof z.ZodNumber ? numberOf(text) : text));
  const parsed = schema.safeParse(many ? texts : texts?.[0]);
  if (parsed.success) return parsed.data;
  throw wrongValue(name, { element, hint: schema.description }, values ?? [], parsed.error);
}

/** NaN passes no schema of whole numbers. */
function numberOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function wrongValue(
  name: string,
  { element, hint }: { readonly element: unknown; readonly hint: string | undefined },
  values: readonly string[],
  error: z.ZodError,
): RequestProblem {
  const issue = error.issues[0];
  if (element instanceof z.ZodEnum && issue?.code === 'invalid_value') {
    const choices = element.options.map(String);
    const index = Number(issue.path[0] ?? 0);
    return notAmong(
      name,
      values[index] ?? '',
      choices.filter((choice) => !choice.startsWith('!')),
    );
  }
  if (element instanceof z.ZodNumber) {
    const { minValue, maxValue } = element;
    return badParameter(
      name,
      'is out of range',
      `Give a whole number from ${minValue ?? 0} to ${maxValue ?? 999_999_999}.`,
    );
  }
  return badParameter(name, issue?.message ?? 'is wrong', hint ?? 'GET /api/v1/openapi.json says what it takes.');
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

function unwrapped(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault) here = here.unwrap();
  return here;
}

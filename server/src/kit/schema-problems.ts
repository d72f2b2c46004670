/** What a schema found wrong, as paths and sentences for a person. */
import { z } from 'zod';
import { closest } from './closest.ts';

export interface SchemaProblem {
  /** For example `filter.namespaces[2]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** More are not listed: an input with a thousand faults is explained by its first. */
const MOST = 50;

/** Every problem with its path; an unknown key is told which known one it resembles. Values are never repeated. */
export function schemaProblems(error: z.ZodError, schema: z.ZodType): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, issue.path);
      for (const key of issue.keys) problems.push(unknownKey([...issue.path, key], key, known));
    } else {
      problems.push({
        path: pathText(issue.path),
        message: issue.message.replace(/^(Invalid [a-z]+|Too big|Too small): /, ''),
      });
    }
  }
  return problems.slice(0, MOST);
}

/** `a.b[0].c`, with names that are no plain words quoted. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]{1,100}$/.test(String(step))) text += text === '' ? String(step) : `.${String(step)}`;
    else text += `[${JSON.stringify(String(step).slice(0, 100))}]`;
  }
  return text;
}

function unknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): SchemaProblem {
  const meant = closest(key, known);
  const mend = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
  return { path: pathText(path), message: `is not known; ${mend}` };
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let here: unknown = unwrapped(schema);
  for (const step of path) {
    if (here instanceof z.ZodObject) here = unwrapped(here.shape[String(step)]);
    else if (here instanceof z.ZodArray) here = unwrapped(here.element);
    else return [];
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  let here = schema;
  while (
    here instanceof z.ZodOptional ||
    here instanceof z.ZodExactOptional ||
    here instanceof z.ZodDefault ||
    here instanceof z.ZodPrefault ||
    here instanceof z.ZodNullable
  ) {
    here = here.unwrap();
  }
  return here;
}

/** JSON bodies, read strictly. */
import type { z } from 'zod';
import { schemaProblems } from '../kit/schema-problems.ts';
import { RequestProblem } from './problem.ts';

/** Throws `RequestProblem` that names every fault by its path. */
export function readBody<Schema extends z.ZodType>(body: unknown, schema: Schema, hint: string): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) {
    if (!JSON.stringify(parsed.data).includes('\\u0000')) return parsed.data;
    throw invalidBody([{ path: '', message: 'holds a NUL character, which nothing that is stored can hold' }], hint);
  }
  throw invalidBody(schemaProblems(parsed.error, schema), hint);
}

export function invalidBody(
  errors: readonly { readonly path: string; readonly message: string }[],
  hint: string,
): RequestProblem {
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  return new RequestProblem({ status: 400, title: 'The body is wrong', detail, hint, errors });
}

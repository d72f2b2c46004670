/** JSON bodies, read strictly. */
import type { z } from 'zod';
import { schemaProblems } from '../kit/schema-problems.ts';
import { RequestProblem } from './problem.ts';

/** Deeper than anything that the contract takes; far from what would exhaust the stack. */
const DEEPEST = 64;

/** Throws `RequestProblem` that names every fault by its path. */
export function readBody<Schema extends z.ZodType>(body: unknown, schema: Schema, hint: string): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalidBody(schemaProblems(parsed.error, schema), hint);
}

/** Throws `RequestProblem` for what no reader could walk and no store could hold, whatever its shape is. */
export function refuseUnreadable(body: unknown, hint: string): void {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: body, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string' && value.includes('\0')) {
      throw unreadable('holds a NUL character, which nothing that is stored can hold', hint);
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth === DEEPEST) throw unreadable(`is nested more than ${DEEPEST} levels deep`, hint);
    for (const [name, member] of Object.entries(value)) {
      waiting.push({ value: name, depth: depth + 1 }, { value: member, depth: depth + 1 });
    }
  }
}

function unreadable(message: string, hint: string): RequestProblem {
  return invalidBody([{ path: '', message }], hint);
}

export function invalidBody(
  errors: readonly { readonly path: string; readonly message: string }[],
  hint: string,
): RequestProblem {
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  return new RequestProblem({ status: 400, title: 'The body is wrong', detail, hint, errors });
}

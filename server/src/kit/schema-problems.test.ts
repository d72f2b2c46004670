import { expect, test } from 'vitest';
import { z } from 'zod';
import { pathText, schemaProblems } from './schema-problems.ts';

const schema = z.strictObject({
  filter: z
    .strictObject({ namespaces: z.array(z.string()), minimumCount: z.int() })
    .prefault({ namespaces: [], minimumCount: 1 }),
  channels: z.array(z.strictObject({ name: z.string() })).optional(),
});

function problemsOf(input: unknown) {
  const parsed = schema.safeParse(input);
  return parsed.success ? [] : schemaProblems(parsed.error, schema);
}

test('every problem is told at once, each by its path', () => {
  const problems = problemsOf({ filter: { namespaces: [1], minimumCount: 'many' } });
  expect(problems.map(({ path }) => path)).toEqual(['filter.namespaces[0]', 'filter.minimumCount']);
});

test('an unknown key is told which one was meant, also inside lists', () => {
  expect(
    problemsOf({ filter: { namespaces: [], minimumCount: 1, namespcaes: 1 }, channels: [{ name: 'a', nmae: 'b' }] }),
  ).toEqual([
    { path: 'filter.namespcaes', message: 'is not known; did you mean namespaces?' },
    { path: 'channels[0].nmae', message: 'is not known; did you mean name?' },
  ]);
});

test('a key that resembles nothing is told what is known', () => {
  expect(problemsOf({ banana: 1 })).toEqual([
    { path: 'banana', message: 'is not known; known here: filter, channels' },
  ]);
});

test('an odd key is quoted, so that it cannot pass for a path', () => {
  expect(pathText(['a', 'b.c\n', 0])).toBe('a["b.c\\n"][0]');
});

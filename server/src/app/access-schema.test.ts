/** What a configuration may say about tokens: each is somebody of their own. */
import { expect, test } from 'vitest';
import { accessSchema } from './access-schema.ts';

const token = (name: string, digit: string) => ({ name, sha256: digit.repeat(64), role: 'viewer' });

function faultsOf(...tokens: readonly object[]): readonly string[] {
  const parsed = accessSchema.safeParse({ tokens });
  return parsed.success ? [] : parsed.error.issues.map(({ message }) => message);
}

test('tokens with names of their own are taken', () => {
  expect(faultsOf(token('ci', 'a'), token('bot', 'b'))).toEqual([]);
});

test('two tokens of one name are refused: they would be one and the same in limits, audit and repeated answers', () => {
  expect(faultsOf(token('ci', 'a'), token('ci', 'b'))).toEqual(['must have a name of its own for each token']);
});

test('no token takes the name of listen.token', () => {
  expect(faultsOf(token('configured', 'a'))).toEqual(['is the name of listen.token']);
});

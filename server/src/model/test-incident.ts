/** The made-up problem by which people try Tattle out, and how it is known as one. */
import type { ObjectRef } from './object-ref.ts';

export const TEST_CONDITION = 'TattleTest';

const NAME = 'tattle-test-';

/** Of a pod that is not there. `id` tells one test from another. */
export function testObject(namespace: string, id: string): ObjectRef {
  return { kind: 'Pod', namespace, name: `${NAME}${id}`, uid: '' };
}

export function isTestObject({ kind, name }: Pick<ObjectRef, 'kind' | 'name'>): boolean {
  return kind === 'Pod' && name.startsWith(NAME);
}

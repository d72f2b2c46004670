/** Copies named fields of an object, those that are there. */
import { type Fields, objects, text } from '../../kit/fields.ts';
import type { Interner } from './interner.ts';

export function pick(source: Fields, names: readonly string[]): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of names) {
    const value = source[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept;
}

/** A status condition's message can quote a whole admission review; its first kilobytes say what is wrong. */
const MESSAGE_LIMIT = 2048;

/** `status.conditions` without heartbeats: a condition that did not change is equal to itself. */
export function slimConditions(value: unknown, interner: Interner): readonly Fields[] {
  return objects(value).map((condition) => {
    const kept: Record<string, unknown> = {};
    for (const name of [
      'type',
      'status',
      'reason',
      'lastTransitionTime',
      'lastUpdateTime',
      'observedGeneration',
    ] as const) {
      const field = condition[name];
      if (typeof field === 'string') kept[name] = interner.word(text(field, 256));
      else if (typeof field === 'number') kept[name] = field;
    }
    const message = text(condition['message'], MESSAGE_LIMIT);
    if (message !== '') kept['message'] = interner.word(message);
    return kept;
  });
}

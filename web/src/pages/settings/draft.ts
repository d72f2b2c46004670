/** Changes of settings that nobody has saved yet: a patch over the settings as they were when editing began. */
import type { WireConfig, WireFilterSettings } from '@tattle/contract';

export type RetentionDays = WireConfig['retention'];

export interface Settings {
  readonly filter: WireFilterSettings;
  readonly retention: RetentionDays;
}

/** Holds only what differs from the settings in force, whole value by whole value. */
export interface Patch {
  readonly filter: Partial<WireFilterSettings>;
  readonly retention: Partial<RetentionDays>;
}

export const NO_CHANGES: Patch = { filter: {}, retention: {} };

export function isUnchanged({ filter, retention }: Patch): boolean {
  return Object.keys(filter).length + Object.keys(retention).length === 0;
}

/** The settings as they would be. */
export function edited({ filter, retention }: Settings, patch: Patch): Settings {
  return { filter: { ...filter, ...patch.filter }, retention: { ...retention, ...patch.retention } };
}

/** The patch that makes `wanted` of `base`. */
export function patchTo(base: Settings, wanted: Settings): Patch {
  return {
    filter: differing(base.filter, wanted.filter),
    retention: differing(base.retention, wanted.retention),
  };
}

function differing<Values extends object>(base: Values, wanted: Values): Partial<Values> {
  const keys = Object.keys(wanted) as (keyof Values)[];
  const different = keys.filter((key) => !sameValue(base[key], wanted[key])).map((key) => [key, wanted[key]] as const);
  return Object.fromEntries(different) as Partial<Values>;
}

/** Lists say the same in any order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  const [one, other] = [new Set<unknown>(a), new Set<unknown>(b)];
  return one.size === other.size && a.every((entry) => other.has(entry));
}

/**
 * One's changes on top of what somebody else saved meanwhile. Of lists, what one added is added and what one took out is
 * taken out; of everything else, one's own value wins.
 */
export function rebased(base: Settings, patch: Patch, theirs: Settings): Patch {
  const filter = Object.fromEntries(
    Object.entries(patch.filter).map(([key, mine]) => {
      const name = key as keyof WireFilterSettings;
      return [name, mergedValue(base.filter[name], mine, theirs.filter[name])];
    }),
  );
  return patchTo(theirs, edited(theirs, { filter, retention: patch.retention }));
}

function mergedValue(before: unknown, mine: unknown, theirs: unknown): unknown {
  if (!isList(before) || !isList(mine) || !isList(theirs)) return mine;
  const removed = before.filter((entry) => !mine.includes(entry));
  const added = mine.filter((entry) => !before.includes(entry) && !theirs.includes(entry));
  return [...theirs.filter((entry) => !removed.includes(entry)), ...added];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** What configuration owns of the settings, by the path that the API has it under; null where nothing does. */
export function ownerOf(locked: WireConfig['locked'], path: string): string | null {
  return locked.find((setting) => setting.path === path)?.by ?? null;
}

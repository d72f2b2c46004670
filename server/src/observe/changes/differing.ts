/** Compares values of two versions of an object, whatever they are, and says what differs as short text. */
import { isFields, text } from '../../kit/fields.ts';
import type { FieldChange } from '../../model/change.ts';

/** A slim object holds no longer text: it is cut to what a person reads only after redaction. */
const LONGEST = 16_384;
/** Deeper than any Kubernetes type nests. */
const DEEPEST = 24;

/** A value by its name: what lists of named things (containers, variables, volumes, taints) are compared as. */
export type Named = ReadonlyMap<string, unknown>;

/** None or one: absent, empty and null are the same, and so are lists and objects that say the same. */
export function differing(field: string, before: unknown, after: unknown): readonly FieldChange[] {
  const was = shown(before);
  const is = shown(after);
  return was === is ? [] : [{ field, before: was, after: is }];
}

/** A switch that is off when it is not there. */
export function differingSwitch(field: string, before: unknown, after: unknown): readonly FieldChange[] {
  return differing(field, String(before === true), String(after === true));
}

/** By name and not by position: another order is no change. Removed names first. */
export function differingNamed(before: Named, after: Named, fieldOf: (name: string) => string): readonly FieldChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => differing(fieldOf(name), before.get(name), after.get(name)));
}

/** Lists whose order says nothing and whose entries have no name; each entry as `describe` says it. */
export function differingSet(
  field: string,
  before: readonly unknown[],
  after: readonly unknown[],
  describe: (entry: unknown) => string | null = shown,
): readonly FieldChange[] {
  const joined = (entries: readonly unknown[]) =>
    [...new Set(entries.map(describe))]
      .filter((entry) => entry !== null)
      .sort()
      .join(', ');
  return differing(field, joined(before), joined(after));
}

export function named(value: unknown): Named {
  return new Map(isFields(value) ? Object.entries(value) : []);
}

export function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Null for what is not there or is empty. Properties in the order of their names, so that equal values read the same. */
export function shown(value: unknown): string | null {
  const plain = typeof value === 'object' && value !== null ? canonical(value) : text(value, LONGEST);
  return ['', '[]', '{}'].includes(plain) ? null : plain;
}

function canonical(value: object): string {
  return text(JSON.stringify(ordered(value, 0)), LONGEST);
}

function ordered(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return null;
  if (Array.isArray(value)) return value.map((item) => ordered(item, depth + 1));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, ordered(item, depth + 1)]));
}

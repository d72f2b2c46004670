/** What reading something that was handed in needs and yields: item by item, so that one that is wrong takes none of the others along. */
import { text } from '../../kit/fields.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Arrival } from '../../model/observation.ts';
import type { ObjectCache } from '../../model/slim-object.ts';

export interface Around {
  /** The cluster that a sender calls so; empty where they call it nothing. */
  readonly clusterOf: (name: string) => ClusterRef;
  readonly objects: Pick<ObjectCache, 'find'>;
  /** Milliseconds. */
  readonly now: number;
  /** Whether Events that are shipped may be those that a watch saw: their sender may report about everything. */
  readonly keepsUids: boolean;
}

export interface Item {
  readonly arrivals: readonly Arrival[];
  readonly changes: readonly ObjectChange[];
}

export interface Fault {
  /** `alerts[2]`, `line 7`. */
  readonly at: string;
  readonly message: string;
  /** How it begins; empty beyond the first hundred. Not redacted. */
  readonly excerpt: string;
}

export type Reading =
  | {
      readonly kind: 'read';
      readonly items: readonly Item[];
      readonly faults: readonly Fault[];
      /** Left out by the sender. */
      readonly truncated: number;
    }
  /** None of it can be. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'too-many'; readonly count: number };

/** Each becomes a few rows; more at once would keep everything else waiting. */
export const MOST_ITEMS = 5000;

export interface Placed {
  readonly at: string;
  readonly value: unknown;
  /** Of what is no JSON; `value` is its text then. */
  readonly fault?: string | undefined;
}

const MOST_EXCERPTS = 100;
const EXCERPT_LENGTH = 500;

/** `read` answers what is wrong with an item in words. What it throws is this item's fault alone. */
export function readEach(placed: readonly Placed[], read: (value: unknown) => Item | string, truncated = 0): Reading {
  if (placed.length > MOST_ITEMS) return { kind: 'too-many', count: placed.length };
  const items: Item[] = [];
  const faults: Fault[] = [];
  for (const { at, value, fault } of placed) {
    const item = fault ?? readOne(value, read);
    if (typeof item !== 'string') items.push(item);
    else faults.push({ at, message: item, excerpt: faults.length < MOST_EXCERPTS ? excerptOf(value) : '' });
  }
  return { kind: 'read', items, faults, truncated };
}

function readOne(value: unknown, read: (value: unknown) => Item | string): Item | string {
  try {
    return read(value);
  } catch {
    return 'cannot be read';
  }
}

function excerptOf(value: unknown): string {
  const written = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined);
  return text(written, EXCERPT_LENGTH);
}

export function placed(list: readonly unknown[], name: string): readonly Placed[] {
  return list.map((value, i) => ({ at: `${name}[${i}]`, value }));
}

export function only(...arrivals: readonly Arrival[]): Item {
  return { arrivals, changes: [] };
}

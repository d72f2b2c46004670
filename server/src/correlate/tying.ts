/** Ties between what people put together or took apart. */
import type { IncidentHead, Strand, Tie } from '../model/incident.ts';

const MOST_PAIRS = 100;

/** In alphabetical order, so that one pair is one tie. */
export function tieBetween(one: string, other: string, tie: Omit<Tie, 'a' | 'b'>): Tie {
  return one < other ? { ...tie, a: one, b: other } : { ...tie, a: other, b: one };
}

export function pairsOf(some: readonly Strand[], others: readonly Strand[]): readonly (readonly [Strand, Strand])[] {
  const pairs: (readonly [Strand, Strand])[] = [];
  for (const one of some) {
    for (const other of others) {
      if (one.key !== other.key && pairs.length < MOST_PAIRS) pairs.push([one, other]);
    }
  }
  return pairs;
}

/** Open while one of its strands goes on. */
export function stateOf(strands: readonly Strand[]): IncidentHead['state'] {
  return strands.some(({ clearedAt }) => clearedAt === null) ? 'open' : 'resolved';
}

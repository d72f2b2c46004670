/** A piece of evidence in words. */
import type { WireKnownObject } from '@tattle/contract';
import { EVIDENCE_WORDS } from '../../design/evidence-words.ts';

type Piece = WireKnownObject['evidence'][number];

/** `Log of the run before, container app`. */
export function evidenceWords({ kind, container }: Pick<Piece, 'kind' | 'container'>): string {
  return container === '' ? EVIDENCE_WORDS[kind] : `${EVIDENCE_WORDS[kind]}, container ${container}`;
}

/** Of what was captured several times for one incident, the last; in the order given, the newest first. */
export function newestOfEach(pieces: readonly Piece[]): readonly Piece[] {
  const seen = new Set<string>();
  return pieces.filter((piece) => {
    const words = evidenceWords(piece);
    if (seen.has(words)) return false;
    seen.add(words);
    return true;
  });
}

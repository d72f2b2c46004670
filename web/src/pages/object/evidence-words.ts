/** A piece of evidence in words. */
import type { WireKnownObject } from '@tattle/contract';

type Piece = WireKnownObject['evidence'][number];

const WORDS: Readonly<Record<Piece['kind'], string>> = {
  log: 'Log',
  'previous-log': 'Log of the run before',
  events: 'Events',
  status: 'Status',
  spec: 'Spec',
  changes: 'Changes',
  usage: 'Usage',
  quota: 'Quotas and limits',
  endpoints: 'Services and endpoints',
  owners: 'Owners and rollouts',
  node: 'Node',
};

/** `Log of the run before, container app`. */
export function evidenceWords({ kind, container }: Pick<Piece, 'kind' | 'container'>): string {
  return container === '' ? WORDS[kind] : `${WORDS[kind]}, container ${container}`;
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

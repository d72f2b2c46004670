/** Evidence in the order in which one reads it: what is cited first, then logs, then what the object says of itself. */
import type { WireEvidence, WireObjectRef } from '@tattle/contract';

export interface EvidenceGroup {
  readonly key: string;
  readonly object: WireObjectRef;
  readonly pieces: readonly WireEvidence[];
  /** Captured before some of the pieces, of the same kind, and not cited. */
  readonly older: readonly WireEvidence[];
}

const ORDER: readonly WireEvidence['kind'][] = [
  'log',
  'previous-log',
  'events',
  'status',
  'spec',
  'changes',
  'usage',
  'quota',
  'endpoints',
  'owners',
  'node',
];

/** By object; `cited` are ids of pieces that the diagnosis stands on. */
export function evidenceGroups(
  evidence: readonly WireEvidence[],
  cited: ReadonlySet<string>,
): readonly EvidenceGroup[] {
  const groups = Map.groupBy(evidence, ({ object: { kind, namespace, name } }) => `${kind}/${namespace}/${name}`);
  return [...groups]
    .map(([key, pieces]) => ({ key, object: objectOf(pieces), ...withoutOlder([...pieces].sort(byReading), cited) }))
    .sort((a, b) => weightOf(b, cited) - weightOf(a, cited) || byKey(a, b));
}

/** An incident that came back was captured again: the newest says how it is, the cited ones why. */
function withoutOlder(sorted: readonly WireEvidence[], cited: ReadonlySet<string>) {
  const newest = new Set<string>();
  const pieces: WireEvidence[] = [];
  const older: WireEvidence[] = [];
  for (const piece of sorted) {
    const sort = `${piece.kind} ${piece.container}`;
    const isShown = cited.has(piece.id) || !newest.has(sort);
    newest.add(sort);
    (isShown ? pieces : older).push(piece);
  }
  return { pieces, older };
}

function objectOf([piece]: readonly WireEvidence[]): WireObjectRef {
  if (piece === undefined) throw new Error('a group without pieces');
  return piece.object;
}

/** Of the same kind the newest capture first; what could not be had comes last. */
function byReading(a: WireEvidence, b: WireEvidence): number {
  return (
    Number(a.error !== null) - Number(b.error !== null) ||
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    compared(a.container, b.container) ||
    compared(b.capturedAt, a.capturedAt) ||
    compared(a.id, b.id)
  );
}

function byKey(a: EvidenceGroup, b: EvidenceGroup): number {
  return compared(a.key, b.key);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function weightOf({ pieces }: EvidenceGroup, cited: ReadonlySet<string>): number {
  const quotes = pieces.filter(({ id }) => cited.has(id)).length;
  return quotes * 10 + (pieces.some(({ kind, error }) => kind.endsWith('log') && error === null) ? 5 : 0);
}

export function isLog({ kind }: Pick<WireEvidence, 'kind'>): boolean {
  return kind === 'log' || kind === 'previous-log';
}

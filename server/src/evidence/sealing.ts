/** Turns what was gathered into evidence: redacted first, cut to size second, with an id that stays the same. */
import { createHash } from 'node:crypto';
import { truncateBytes } from '../kit/truncate.ts';
import type { Evidence, EvidenceKind } from '../model/incident.ts';
import type { Captured } from './captured.ts';
import { fittedJson } from './fitted-json.ts';

/** Takes secrets out of a text, and of a parsed JSON value. */
export interface Redaction {
  readonly text: (text: string) => string;
  readonly structure: (value: unknown) => unknown;
}

export interface SealingOptions {
  readonly redaction: Redaction;
  /** Of one piece, after redaction. */
  readonly maxBytes: number;
  /** What this capture may take altogether. */
  readonly budgetBytes: number;
}

export interface CaptureRound {
  readonly incidentId: string;
  /** 1 for the first. */
  readonly number: number;
  readonly at: number;
}

/** What is cut last when the budget runs out. */
const IMPORTANCE: readonly EvidenceKind[] = [
  'status',
  'log',
  'previous-log',
  'spec',
  'events',
  'changes',
  'usage',
  'owners',
  'quota',
  'endpoints',
  'node',
];
const ERROR_BYTES = 2048;
/** Less than this of a piece says nothing: it is left out, and says so. */
const LEAST_BYTES = 256;

export function seal(captured: readonly Captured[], round: CaptureRound, options: SealingOptions): readonly Evidence[] {
  let left = options.budgetBytes;
  const inOrder = [...captured].sort((a, b) => IMPORTANCE.indexOf(a.kind) - IMPORTANCE.indexOf(b.kind));
  const sealed = new Map<string, Evidence>();
  for (const piece of inOrder) {
    const evidence = sealPiece(piece, round, options, left);
    left -= Buffer.byteLength(evidence.body) + Buffer.byteLength(evidence.error ?? '');
    sealed.set(evidence.id, evidence);
  }
  return [...sealed.values()];
}

function sealPiece(piece: Captured, round: CaptureRound, options: SealingOptions, left: number): Evidence {
  const { kind, object, container, content } = piece;
  const base = {
    id: evidenceId(piece, round),
    incidentId: round.incidentId,
    kind,
    object,
    container,
    capturedAt: round.at,
  };
  const failed = (error: string, truncated = false): Evidence => ({ ...base, body: '', truncated, error });
  const room = Math.min(options.maxBytes, left);
  if (content.kind !== 'error' && room < LEAST_BYTES) {
    return failed('left out: the evidence of this incident has reached its size limit', true);
  }
  try {
    switch (content.kind) {
      case 'error': {
        const { text } = truncateBytes(options.redaction.text(content.error), ERROR_BYTES, 'start');
        return failed(text);
      }
      case 'text': {
        const { text, truncated } = truncateBytes(options.redaction.text(content.text), room, 'end');
        return { ...base, body: text, truncated: truncated || content.truncated, error: null };
      }
      case 'value': {
        const { text, truncated } = fittedJson(options.redaction.structure(content.value), room);
        return { ...base, body: text, truncated, error: null };
      }
    }
  } catch (error) {
    // What cannot be redacted is not kept; the other pieces are.
    return failed(`could not be redacted (${error instanceof Error ? error.name : typeof error})`);
  }
}

/** Over incident, round, kind, object and container, length-prefixed, so that no two collide. */
function evidenceId({ kind, object, container }: Captured, round: CaptureRound): string {
  const parts = [round.incidentId, String(round.number), kind, object.kind, object.namespace, object.name, object.uid];
  const hash = createHash('sha256');
  for (const part of [...parts, container]) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return `ev_${hash.digest('hex').slice(0, 24)}`;
}

/** The lines of a log that may tell why a run failed, each with what it is a sign of and how much it weighs; and the decisive one. */
import type { CauseCode, Dependency } from '../model/diagnosis.ts';
import type { FailedRun } from './failed-runs.ts';
import { addressIn } from './log-address.ts';
import type { LogLine } from './log-line.ts';
import { ranksOf } from './log-loudness.ts';
import { tellsOfSuccess } from './log-recovery.ts';
import { AUTHENTICATION_SIGNS } from './log-signs/authentication.ts';
import { COMMAND_SIGNS } from './log-signs/command.ts';
import { CONFIGURATION_FILE_SIGNS, CONFIGURATION_SIGNS } from './log-signs/configuration.ts';
import { DNS_SIGN } from './log-signs/dns.ts';
import { EXCEPTION_SIGN } from './log-signs/exception.ts';
import { MACHINE_SIGNS } from './log-signs/machine.ts';
import { PERMISSION_SIGNS } from './log-signs/permission.ts';
import { REACH_SIGNS } from './log-signs/reach.ts';
import type { Sign } from './log-signs/sign.ts';
import { TLS_SIGNS } from './log-signs/tls.ts';
import { frameIn } from './stack-trace.ts';

/** On one line, what stands first here says more: a name that does not resolve also refuses the connection. */
const SIGNS: readonly Sign[] = [
  DNS_SIGN,
  ...TLS_SIGNS,
  ...MACHINE_SIGNS,
  ...AUTHENTICATION_SIGNS,
  ...COMMAND_SIGNS,
  ...PERMISSION_SIGNS,
  ...CONFIGURATION_SIGNS,
  ...REACH_SIGNS,
  ...CONFIGURATION_FILE_SIGNS,
  EXCEPTION_SIGN,
];

export interface Candidate {
  readonly sign: Sign;
  readonly index: number;
  readonly rank: number;
  readonly score: number;
  readonly distance: number;
  readonly subject: string;
  readonly dependency: Dependency | undefined;
}

/** Ruby and PHP put the error itself behind the first frame; these begin as frames that say only where. */
const ONLY_FRAME = /^\s{0,20}(?:at |from |File )/;

/** From the last line to the first, so that of two that weigh the same the later one is kept. */
export function candidatesIn(lines: readonly LogLine[], run: FailedRun): readonly Candidate[] {
  const ranks = ranksOf(lines);
  const found: Candidate[] = [];
  let distance = 0;
  let isOver = false;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index];
    const rank = ranks[index] ?? 0;
    if (line === undefined) continue;
    const isFrame = frameIn(line.text) !== null;
    if (!isFrame) distance += 1;
    if (rank <= 1 && tellsOfSuccess(line)) isOver = true;
    if (rank === 0 || (isFrame && ONLY_FRAME.test(line.text))) continue;
    const candidate = candidateAt(lines, index, rank, distance);
    if (candidate === null || (candidate.sign.passes === true && isOver && rank < 3)) continue;
    if (isTelling(candidate, run)) found.push(candidate);
  }
  return found;
}

const SCORES = [0, 10, 22, 30];

function candidateAt(lines: readonly LogLine[], index: number, rank: number, distance: number): Candidate | null {
  const line = lines[index];
  if (line === undefined) return null;
  for (const sign of SIGNS) {
    const told = sign.find(line, { lines, index });
    if (told === null) continue;
    const specific = sign === EXCEPTION_SIGN ? 0 : 6;
    const score = (SCORES[rank] ?? 0) + specific + (sign.weight ?? 0) - Math.min(distance, 30) * 0.5;
    return { sign, index, rank, score, distance, subject: told.subject, dependency: told.dependency };
  }
  return null;
}

/** How much a line must say depends on how the run ended: who was killed, or only does not answer, names no culprit by itself. */
function isTelling({ sign, rank, distance }: Candidate, { how }: FailedRun): boolean {
  const isException = sign === EXCEPTION_SIGN;
  switch (how) {
    case 'crashed':
    case 'unseen':
      return rank >= 2 || (!isException && distance <= 20);
    case 'ended':
      return rank >= 2 && !isException;
    case 'killed':
    case 'unready':
      return !isException && (rank >= 2 ? distance <= 15 : distance <= 6);
    case 'not-started':
      return false;
  }
}

/** Nearby lines of the same cause may name what this one leaves out. */
const RICHER_WITHIN = 4;
const NETWORK: ReadonlySet<CauseCode> = new Set(['dependency-unreachable', 'dns-failure', 'tls-failure']);

export function decisive(candidates: readonly Candidate[], lines: readonly LogLine[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) if (best === null || candidate.score > best.score) best = candidate;
  if (best === null || (best.dependency === undefined && !NETWORK.has(best.sign.cause))) return best;
  const { score, sign, dependency } = best;
  const names = ({ index, subject }: Candidate) =>
    dependency === undefined ? subject !== '' : namesAddress(lines[index]);
  if (names(best)) return best;
  const richer = candidates.find(
    (other) => other.sign.cause === sign.cause && score - other.score < RICHER_WITHIN && names(other),
  );
  return richer ?? best;
}

function namesAddress(line: LogLine | undefined): boolean {
  return line !== undefined && addressIn(line.text) !== undefined;
}

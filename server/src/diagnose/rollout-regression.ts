/** A revision that broke what worked: the mechanism stands, and the rollout that brought it about comes first. */
import type { ObjectChange } from '../model/change.ts';
import type { CauseCode, Citation, Finding } from '../model/diagnosis.ts';
import type { Case, Piece } from './case.ts';
import { isSame } from './leading-changes.ts';

/** A progress deadline and a few restarts. */
const WINDOW_MS = 900_000;

/** What a new revision can bring about by itself. A node, a quota of others or a dead dependency fails without one, too. */
const BY_A_ROLLOUT: ReadonlySet<CauseCode> = new Set([
  'missing-configuration',
  'missing-reference',
  'bad-command',
  'unhandled-exception',
  'authentication-failed',
  'permission-denied',
  'tls-failure',
  'port-in-use',
  'read-only-filesystem',
  'memory-limit-too-low',
  'image-pull',
  'architecture-mismatch',
  'insufficient-resources',
  'node-affinity',
  'taint',
  'topology',
  'admission-refused',
  'readiness-probe',
  'liveness-probe',
  'startup-probe',
  'lifecycle-hook',
  'volume-mount',
  'unknown',
]);

/** Fields that make no new pods. */
const NO_ROLLOUT = /^(?:replicas|paused|strategy|min ready|progress deadline|revision history)/;

/** Null where no rollout of the root lies just before. `leading`: the change that leads up to it. */
export function regressionOf(the: Case, mechanism: Finding, leading: Piece<ObjectChange> | undefined): Finding | null {
  if (leading === undefined || !BY_A_ROLLOUT.has(mechanism.cause)) return null;
  const { value: change, evidenceId } = leading;
  const { root, openedAt, regressions } = the.incident;
  const isRollout = change.diff.some(({ field }) => !NO_ROLLOUT.test(field));
  const sinceMs = openedAt - change.at;
  if (!isSame(change.object, root) || !isRollout || sinceMs < 0 || sinceMs > WINDOW_MS || regressions > 0) return null;
  const { kind, namespace, name } = root;
  const revision = change.revision === null ? '' : ` (revision ${change.revision})`;
  const because = mechanism.cause === 'unknown' ? '' : ` ${mechanism.explanation}`;
  return {
    cause: 'rollout-regression',
    explanation: `${kind} ${name} worked until a rollout${revision} ${spoken(sinceMs)} before: ${change.summary}.${because}`,
    confidence: mechanism.cause === 'unknown' ? 0.6 : Math.min(0.95, mechanism.confidence),
    citations: withChange(mechanism.citations, { evidenceId, text: change.summary }),
    nextSteps: [
      `Roll ${kind} ${name} back to the revision before, or correct what changed: ${change.summary}`,
      ...mechanism.nextSteps,
    ],
    commands: [
      `kubectl -n ${namespace} rollout history ${kind.toLowerCase()}/${name}`,
      ...mechanism.commands.slice(0, 2),
    ],
    ...(mechanism.dependency !== undefined && { dependency: mechanism.dependency }),
  };
}

/** An analyzer that looked at the changes itself has cited it already. */
function withChange(citations: readonly Citation[], change: Citation): readonly Citation[] {
  return [...citations.filter(({ text }) => text !== change.text), change];
}

function spoken(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

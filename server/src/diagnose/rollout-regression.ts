/** A revision that broke what worked: the mechanism stands, and the rollout that brought it about comes first. */
import type { ObjectChange } from '../model/change.ts';
import type { CauseCode, Citation, Finding } from '../model/diagnosis.ts';
import type { Case, Piece } from './case.ts';
import { commandsOf, describeCommand, isName } from './kubectl.ts';
import { isSame } from './leading-changes.ts';
import { timeBefore } from './time-before.ts';

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

/** What `kubectl rollout` knows. */
const HAS_REVISIONS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

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
    explanation: `${kind} ${name} worked until a rollout${revision} ${timeBefore(sinceMs)} before: ${change.summary}.${because}`,
    confidence: mechanism.cause === 'unknown' ? 0.6 : Math.min(0.95, mechanism.confidence),
    citations: withChange(mechanism.citations, { evidenceId, text: change.summary }),
    nextSteps: [
      HAS_REVISIONS.has(kind)
        ? `Roll ${kind} ${name} back to the revision before, or correct what changed: ${change.summary}`
        : `Take the change of ${kind} ${name} back, or correct it: ${change.summary}`,
      ...mechanism.nextSteps,
    ].slice(0, 4),
    commands: commandsOf(
      HAS_REVISIONS.has(kind) && isName(namespace) && isName(name)
        ? `kubectl -n ${namespace} rollout history ${kind.toLowerCase()}/${name}`
        : describeCommand(root),
      ...mechanism.commands.slice(0, 2),
    ),
    ...(mechanism.dependency !== undefined && { dependency: mechanism.dependency }),
  };
}

/** An analyzer that looked at the changes itself has cited it already. */
function withChange(citations: readonly Citation[], change: Citation): readonly Citation[] {
  return [...citations.filter(({ text }) => text !== change.text), change];
}

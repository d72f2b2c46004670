/** One line for a change: its most telling field, and how many there are beside it. */
import type { FieldChange } from '../../model/change.ts';

/** Longer values say more in the diff than in a line. */
const LONGEST_VALUE = 80;
const RESTARTED = 'annotation kubectl.kubernetes.io/restartedAt';
const LAST = 6;

/** The most telling first; equal ones stay in their order. */
export function byWeight(diff: readonly FieldChange[]): readonly FieldChange[] {
  return [...diff].sort((a, b) => rankOf(a.field) - rankOf(b.field));
}

/** Empty for an empty diff. After redaction, where the line is to be kept. */
export function summarise(diff: readonly FieldChange[]): string {
  const [first, ...others] = byWeight(diff);
  if (first === undefined) return '';
  return others.length === 0 ? sentenceOf(first) : `${sentenceOf(first)}, and ${others.length} more`;
}

/** Image, configuration, resources, probes, volumes, how many and whether at all, the rest. */
function rankOf(field: string): number {
  if (/^(image|(init )?container [^ ]+)( of |$)/.test(field)) return 0;
  if (/^(env |(arguments|command|config map ref|secret ref)( of |$))/.test(field)) return 1;
  if (field.startsWith('annotation ') && field !== RESTARTED) return 1;
  if (/ (limit|request)( of |$)/.test(field)) return 2;
  if (/^(liveness|readiness|startup) probe/.test(field)) return 3;
  if (/^(volume|mount) /.test(field)) return 4;
  if (/^((min |max )?replicas|unschedulable|paused|suspended|schedule)$/.test(field)) return 5;
  return LAST;
}

function sentenceOf({ field, before, after }: FieldChange): string {
  const switched = SWITCHES.get(field)?.[after === 'true' ? 0 : 1];
  if (switched !== undefined) return switched;
  if (field === RESTARTED && after !== null) return 'restarted by hand (kubectl rollout restart)';
  if (after === null) return `${field} removed`;
  if (before === null) return isShort(after) ? `${field} added (${after})` : `${field} added`;
  if (!isShort(before) || !isShort(after)) return `${field} changed`;
  if (field === 'replicas') return `scaled from ${before} to ${after}`;
  return `${field} changed from ${before} to ${after}`;
}

const SWITCHES: ReadonlyMap<string, readonly [on: string, off: string]> = new Map([
  ['unschedulable', ['cordoned', 'uncordoned']],
  ['paused', ['rollouts paused', 'rollouts resumed']],
  ['suspended', ['suspended', 'resumed']],
]);

/** Masks and several lines tell nothing in a sentence. */
function isShort(value: string): boolean {
  return value.length <= LONGEST_VALUE && !value.includes('\n') && !value.startsWith('[redacted');
}

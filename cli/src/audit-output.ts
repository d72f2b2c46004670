/** The audit trail and what was found about it, for people and for programs. */
import type { WireAuditEntry, WireAuditVerdict } from '@tattle/contract';
import type { Comparison } from './audit-comparison.ts';
import { readableTime } from './incident-lines.ts';
import { printable, safeJson } from './printable.ts';

export const AUDIT_COLUMNS = ['NO', 'TIME', 'ACTOR', 'ACTION', 'TARGET', 'DETAIL'];
/** Of a detail in a table, so that a row stays one; JSON has it whole. */
const LONGEST_DETAIL = 200;

export function auditRow({ no, at, actor, action, target, detail }: WireAuditEntry): readonly string[] {
  return [String(no), readableTime(at), actor, action, target, detailText(detail)].map(printable);
}

function detailText(detail: WireAuditEntry['detail']): string {
  if (Object.keys(detail).length === 0) return '';
  const text = safeJson(detail);
  return text.length <= LONGEST_DETAIL ? text : `${text.slice(0, LONGEST_DETAIL)}…`;
}

export function verdictText(verdict: WireAuditVerdict, comparison: Comparison | null): string {
  const { whole, entries, brokenAt, head } = verdict;
  const lines = [
    whole ? 'The audit trail is whole.' : `The audit trail is broken: entry ${brokenAt} is missing or was changed.`,
    ...(comparison === null ? [] : [comparison.finding]),
    `entries  ${entries}`,
    `head     ${head === '' ? 'none' : head}`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

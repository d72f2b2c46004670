/** From the flags of `tattle token create` to what the API makes a token of. */
import type { WireNewToken, WireRole } from '@tattle/contract';
import { usageFailure } from './failure.ts';

export const ROLES = ['reporter', 'viewer', 'operator', 'approver', 'admin'] as const satisfies readonly WireRole[];

export interface NewTokenFlags {
  readonly role: WireRole;
  readonly namespace?: readonly string[];
  readonly cluster?: readonly string[];
  readonly expiresIn?: string;
}

const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 };

/** Throws `CommandFailure` for flags that make no sense. */
export function readNewToken(name: string, { role, namespace, cluster, expiresIn }: NewTokenFlags): WireNewToken {
  return {
    name,
    grants: [{ role, scope: scopeOf(namespace, cluster) }],
    ...(expiresIn === undefined ? {} : { expiresInDays: daysOf(expiresIn) }),
  };
}

function scopeOf(
  namespaces: readonly string[] | undefined,
  clusters: readonly string[] | undefined,
): WireNewToken['grants'][number]['scope'] {
  if (namespaces === undefined && clusters === undefined) return 'everything';
  return (clusters ?? [null]).map((cluster) => ({
    cluster,
    namespaces: namespaces === undefined ? null : [...namespaces],
  }));
}

function daysOf(text: string): number {
  const [, number, unit] = /^(\d{1,4})([dwy])$/.exec(text) ?? [];
  const days = Number(number) * (DAYS[unit ?? ''] ?? Number.NaN);
  if (days >= 1 && days <= 3650) return days;
  throw usageFailure(`--expires-in ${text} is no time from one day to ten years`, 'Write 90d, 12w or 1y.');
}

/** Roles and scopes: built from a form, and told in words. Pure. */
import type { WireGrant, WireNewToken, WireRole } from '@tattle/contract';
import { namespaceFault } from './name-pattern.ts';

export const roles: readonly { readonly role: WireRole; readonly may: string }[] = [
  { role: 'reporter', may: 'Hand in alerts and events, and see nothing' },
  { role: 'viewer', may: 'Look at everything' },
  { role: 'operator', may: 'Also acknowledge and resolve incidents, send deliveries again' },
  { role: 'approver', may: 'Also approve remediations' },
  { role: 'admin', may: 'Also change settings, make and revoke tokens, read the audit trail' },
];

export interface ScopeRow {
  /** Name of a cluster; empty for every one. */
  readonly cluster: string;
  /** As written: `shop, team-*`; empty for the whole cluster. */
  readonly namespaces: string;
}

export interface TokenForm {
  readonly name: string;
  readonly role: WireRole;
  readonly everywhere: boolean;
  readonly rows: readonly ScopeRow[];
  /** Null does not end. */
  readonly expiresInDays: number | null;
}

type BuiltToken = { readonly ok: true; readonly body: WireNewToken } | { readonly ok: false; readonly faults: Faults };

interface Faults {
  readonly name?: string;
  /** By the row of the scope. */
  readonly rows: Readonly<Record<number, string>>;
}

export function buildToken({ name, role, everywhere, rows, expiresInDays }: TokenForm): BuiltToken {
  const scopes = everywhere ? [] : rows.map(scopeOf);
  const faulty = scopes.flatMap((scope, index) => (typeof scope === 'string' ? [[index, scope] as const] : []));
  const nameFault = nameFaultOf(name.trim());
  if (nameFault !== null || faulty.length > 0) {
    return {
      ok: false,
      faults: { ...(nameFault === null ? {} : { name: nameFault }), rows: Object.fromEntries(faulty) },
    };
  }
  const rules = scopes.filter((scope) => typeof scope !== 'string');
  const body = {
    name: name.trim(),
    grants: [{ role, scope: everywhere ? ('everything' as const) : rules }],
    ...(expiresInDays === null ? {} : { expiresInDays }),
  };
  return { ok: true, body };
}

function nameFaultOf(name: string): string | null {
  if (name === '') return 'Say what it is for, such as ci or grafana.';
  return name.length > 100 ? 'A name has 100 characters at the most.' : null;
}

/** The rule of a row, or what is wrong with it. */
function scopeOf({ cluster, namespaces }: ScopeRow): Exclude<WireGrant['scope'], 'everything'>[number] | string {
  const names = [...new Set(namespaces.split(/[\s,]+/).filter((name) => name !== ''))];
  const wrong = names.find((name) => namespaceFault(name) !== null);
  if (wrong !== undefined) return `“${wrong}” is no namespace name: ${namespaceFault(wrong) ?? ''}`;
  if (names.length === 0 && cluster === '') return 'Choose a cluster or name namespaces, or let it hold everywhere.';
  return { cluster: cluster === '' ? null : cluster, namespaces: names.length === 0 ? null : names };
}

/** `viewer of shop and team-* in prod; of all of staging`. */
export function grantWords({ role, scope }: WireGrant): string {
  if (scope === 'everything') return `${role} everywhere`;
  return `${role} of ${scope.map(scopeWords).join('; of ')}`;
}

function scopeWords({ cluster, namespaces }: Exclude<WireGrant['scope'], 'everything'>[number]): string {
  const where = cluster ?? 'every cluster';
  if (namespaces === null) return `all of ${where}`;
  return `${listed(namespaces)} in ${where}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** What belongs to everybody, such as channels, takes this. */
export function isAdminOfAll(grants: readonly WireGrant[]): boolean {
  return grants.some(
    ({ role, scope }) =>
      role === 'admin' &&
      (scope === 'everything' || scope.some(({ cluster, namespaces }) => cluster === null && namespaces === null)),
  );
}

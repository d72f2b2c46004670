/** Which Host headers are answered: a page that rebinds its own name to this machine is not. */
import { isIP } from 'node:net';

export interface HostRules {
  readonly loopback: boolean;
  /** Names that people reach it by, lower case, without ports. */
  readonly allowedHosts: readonly string[];
}

/** Whether an address or name to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = unbracketed(host.toLowerCase());
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/**
 * Addresses cannot be rebound, nor can names that public DNS does not serve: localhost, and beyond loopback those
 * that a cluster's own DNS serves. Every other name must be among the allowed ones.
 */
export function hostAllowed(header: string | undefined, rules: HostRules): boolean {
  const name = hostName(header);
  if (name === null) return false;
  if (isIP(unbracketed(name)) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  if (rules.allowedHosts.includes(name)) return true;
  return !rules.loopback && (!name.includes('.') || name.endsWith('.svc') || name.endsWith('.svc.cluster.local'));
}

/** Without its port, in lower case; null where it is none. */
function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253}?)\.?(?::\d{1,5})?$/.exec((header ?? '').toLowerCase());
  return match?.[1] ?? null;
}

function unbracketed(name: string): string {
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

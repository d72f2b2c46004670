/** Ids of ours as other systems take them: in a URL, a header, an angle-bracketed id. */
import { createHash } from 'node:crypto';

/** The id itself where it holds nothing but letters, digits, dots, dashes and underscores, at most 100; its hash otherwise. */
export function stableKey(id: string): string {
  return /^[A-Za-z0-9._-]{1,100}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32);
}

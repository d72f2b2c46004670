/** Principals and grants as they are stored, read back with doubt: a row that makes no sense grants nothing. */
import { z } from 'zod';
import { type Grant, type Principal, ROLES } from '../model/access.ts';

const scopeRule = z.strictObject({ cluster: z.string().nullable(), namespaces: z.array(z.string()).nullable() });
const grant = z.strictObject({
  role: z.enum(ROLES),
  scope: z.union([z.literal('everything'), z.array(scopeRule)]),
});
const grants = z.array(grant);
const principal = z.strictObject({ id: z.string(), name: z.string(), grants });

/** Null where they make no sense as a whole: half of what somebody wrote may be more than they meant. */
export function readGrants(stored: unknown): readonly Grant[] | null {
  return grants.safeParse(stored).data ?? null;
}

export function readPrincipal(stored: unknown): Principal | null {
  return principal.safeParse(stored).data ?? null;
}

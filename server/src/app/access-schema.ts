/** What a configuration can say about who may use the API. */
import { z } from 'zod';
import { oidcConfig } from '../api/oidc/oidc-config.ts';
import { ROLES } from '../model/access.ts';

const names = z.array(z.string().min(1).max(253)).min(1, 'must not be empty: leave it out for all').max(500);

const token = z.strictObject({
  /** Answers, limits and the audit trail go by it. */
  name: z
    .string()
    .min(1)
    .max(100)
    .refine((name) => name !== 'configured', 'is the name of listen.token'),
  /** Of the whole token: `printf %s "$TOKEN" | sha256sum`. The token itself belongs in no file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the token, 64 hexadecimal digits'),
  role: z.enum(ROLES),
  /** Uids or names; without: all. */
  clusters: names.exactOptional(),
  /** With `*` as wildcard; without: whole clusters. */
  namespaces: names.exactOptional(),
});

export const accessSchema = z.strictObject({
  /** Of one principal, or of one address where nobody is known. */
  requestsPerMinute: z.int().min(60).max(10_000_000).default(3000),
  tokens: z
    .array(token)
    .max(100)
    .refine(
      (tokens) => new Set(tokens.map(({ name }) => name)).size === tokens.length,
      'must have a name of its own for each token',
    )
    .default([]),
  oidc: oidcConfig.exactOptional(),
  /** Takes tokens of the first watched cluster; its RBAC decides. Needs the ClusterRole system:auth-delegator. */
  kubernetes: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Empty: the API server's own. */
      audiences: z.array(z.string().min(1).max(1024)).max(20).default([]),
    })
    .prefault({}),
});

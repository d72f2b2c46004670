/** Who may do what, on the wire: roles, scopes, tokens, sessions. */
import { z } from 'zod';
import { namespacePattern, printable, time } from './values.ts';

export const role = z
  .enum(['reporter', 'viewer', 'operator', 'approver', 'admin'])
  .describe(
    'From `viewer` on, each may do what those before it may, and more. A `reporter` hands in what is to be stored, as operators and above may, too, and sees nothing.',
  );
export type WireRole = z.infer<typeof role>;

const clusterName = z
  .string()
  .min(1)
  .max(253)
  .refine(...printable);

export const scopeRule = z.strictObject({
  cluster: clusterName.nullable().describe('Uid or name; null is every cluster.'),
  namespaces: z
    .array(namespacePattern)
    .min(1)
    .max(500)
    .nullable()
    .describe('With `*` as wildcard; null is the whole cluster, with what lies in no namespace.'),
});

export const grant = z
  .strictObject({
    role,
    scope: z
      .union([z.literal('everything'), z.array(scopeRule).min(1).max(100)])
      .describe('Where the role holds: `everything`, or wherever one of the rules does.'),
  })
  .meta({ id: 'Grant', description: 'A role within a scope.' });
export type WireGrant = z.infer<typeof grant>;

const principalName = z.string().describe('For people to read.');

export const token = z
  .object({
    id: z.string().describe('Part of the token itself, after `tattle_`.'),
    name: principalName,
    grants: z.array(grant),
    createdBy: z.string().describe('Id of the principal who made it.'),
    createdAt: time,
    expiresAt: time.nullable().describe('Null where it does not end.'),
    lastUsedAt: time.nullable().describe('To the minute; null where it was never used.'),
    revokedAt: time.nullable().describe('Null while it is good.'),
  })
  .meta({ id: 'Token' });
export type WireToken = z.infer<typeof token>;

export const tokens = z.object({ items: z.array(token) });

export const newToken = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine(...printable)
    .describe('What it is for, such as `ci`.'),
  grants: z.array(grant).min(1).max(20),
  expiresInDays: z.int().min(1).max(3650).optional().describe('Days from now; left out, it does not end.'),
});
export type WireNewToken = z.infer<typeof newToken>;

export const createdToken = z.object({
  token,
  secret: z.string().describe('What is sent as `Authorization: Bearer …`; shown here and never again.'),
});
export type WireCreatedToken = z.infer<typeof createdToken>;

export const session = z
  .object({
    id: z.string().describe('Of the principal: `token:ID`, `oidc:SUB@ISSUER`, `kubernetes:USER`, `link`.'),
    name: principalName,
    grants: z.array(grant),
    cookie: z.boolean().describe('Whether the request came with a browser’s cookie, which can be signed out.'),
  })
  .meta({ id: 'Session' });
export type WireSession = z.infer<typeof session>;

/** The ways that lead in, for a page that asks someone to sign in. */
export const signIn = z.object({
  oidc: z.string().nullable().describe('The path at which signing in with the provider begins; null without one.'),
  kubernetes: z.boolean().describe('Whether a token of a watched cluster is taken as Bearer.'),
});
export type WireSignIn = z.infer<typeof signIn>;

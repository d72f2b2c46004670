/** What a configuration file says about signing in with an OpenID Connect provider, with its bounds and defaults. */
import { z } from 'zod';
import { ROLES } from '../../model/access.ts';
import { isLoopback } from '../access/hosts.ts';

const name = z.string().min(1, 'must not be empty').max(256);
const names = z.array(z.string().min(1).max(253)).min(1, 'must not be empty: leave it out for all').max(500);

const issuer = z
  .string()
  .max(2048)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, search, hash } = new URL(text);
    return ['http:', 'https:'].includes(protocol) && username + password + search + hash === '';
  }, 'must be https://host, with a path where it has one, as the provider writes it');

const grant = z.strictObject({
  /** `groups`, `email`, or a path such as `realm_access.roles`. `iss` with the issuer as value: whoever can sign in. */
  claim: name,
  values: z.array(z.string().min(1).max(512)).min(1, 'must not be empty').max(1000),
  role: z.enum(ROLES),
  /** Uids or names; without: all. */
  clusters: names.exactOptional(),
  /** With `*` as wildcard; without: whole clusters. */
  namespaces: names.exactOptional(),
});

export const oidcConfig = z
  .strictObject({
    issuer,
    clientId: name,
    /** Without one: a public client, protected by PKCE. */
    clientSecret: z.string().min(1).max(4096).exactOptional(),
    clientAuthentication: z.enum(['basic', 'post']).exactOptional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'must be words without spaces'))
      .max(50)
      .default(['openid', 'profile', 'email']),
    /** Beside the client id, for whom Bearer tokens may be made out. */
    audience: name.exactOptional(),
    nameClaim: name.exactOptional(),
    /** Whoever none of these matches is refused. */
    grants: z.array(grant).min(1, 'must not be empty: nobody could sign in').max(200),
    sessionHours: z.number().min(0.25).max(168).default(12),
    /** PEM certificates to trust for the provider instead of the system's. */
    caFile: z.string().min(1).max(4096).exactOptional(),
    allowInsecureIssuer: z.boolean().default(false),
  })
  .refine(
    ({ issuer: address, allowInsecureIssuer }) => {
      const url = URL.parse(address);
      return url?.protocol !== 'http:' || allowInsecureIssuer || isLoopback(url.hostname);
    },
    {
      path: ['issuer'],
      message: 'must be https; with allowInsecureIssuer, whoever is on the way can sign in as anybody',
    },
  );

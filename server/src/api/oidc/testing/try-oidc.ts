/** An OpenID Connect client of ours, with the real guarded fetch, as tests begin with one. */
import { inspect } from 'node:util';
import { parseAllowList } from '../../../kit/address-guard.ts';
import { systemClock } from '../../../kit/clock.ts';
import { createGuardedFetch } from '../../../kit/guarded-fetch.ts';
import { createOidc } from '../oidc.ts';
import type { OidcOptions } from '../options.ts';
import { REDIRECT_URL } from './real-provider.ts';

const SEALING_KEY = new Uint8Array(32).fill(7);

export function tryOidc(issuer: string, options: Partial<OidcOptions> = {}) {
  /** With all that hangs on an error: a logger may print it. */
  const lines: string[] = [];
  const log = (fields: object, text: string) => void lines.push(`${text} ${inspect(fields, { depth: 20 })}`);
  const logger = { debug: log, info: log, warn: log, error: log };
  const oidc = createOidc({
    issuer,
    clientId: 'tattle',
    redirectUrl: REDIRECT_URL,
    scopes: ['openid', 'profile', 'email', 'groups'],
    grants: [{ claim: 'groups', values: ['sre'], role: 'operator' }],
    sealingKey: SEALING_KEY,
    fetch: createGuardedFetch({ allowList: parseAllowList([]).allowList }),
    clock: systemClock,
    logger,
    ...options,
  });
  return { oidc, lines };
}

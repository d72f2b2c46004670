/** A real OpenID Connect provider on loopback, with one client for each kind and whatever accounts a test wants. */
import Provider from 'oidc-provider';
import { type Listening, listening } from './listening.ts';

export const REDIRECT_URL = 'http://127.0.0.1:7171/auth/callback';
export const SECRET = 'a secret with spaces & signs: 100 %';

export type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `conform`: groups and the like come from UserInfo only, as the standard has it; else they are in the ID token, too. */
export function startProvider(accounts: Accounts, { conform = false } = {}): Promise<Listening> {
  return listening((issuer) => {
    const common = { redirect_uris: [REDIRECT_URL], grant_types: ['authorization_code'], response_types: ['code'] };
    const provider = new Provider(issuer, {
      clients: [
        { ...common, client_id: 'tattle', token_endpoint_auth_method: 'none' },
        { ...common, client_id: 'tattle-basic', client_secret: SECRET },
        {
          ...common,
          client_id: 'tattle-post',
          client_secret: SECRET,
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['preferred_username'],
        groups: ['groups'],
      },
      scopes: ['openid', 'email', 'profile', 'groups'],
      conformIdTokenClaims: conform,
      pkce: { required: () => true },
      cookies: { keys: ['of a test'] },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    });
    return provider.callback();
  });
}

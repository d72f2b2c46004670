/** The configuration of signing in: what it takes, and what it refuses. */
import { expect, test } from 'vitest';
import { oidcConfig } from './oidc-config.ts';

const least = {
  issuer: 'https://id.example/realms/shop',
  clientId: 'tattle',
  grants: [{ claim: 'groups', values: ['sre'], role: 'operator' }],
};

test('issuer, client and one rule are enough', () => {
  expect(oidcConfig.parse(least)).toEqual({
    ...least,
    scopes: ['openid', 'profile', 'email'],
    sessionHours: 12,
    allowInsecureIssuer: false,
  });
});

test.each([
  [{ issuer: 'id.example' }, 'issuer'],
  [{ issuer: 'https://user:secret@id.example' }, 'issuer'],
  [{ issuer: 'https://id.example/?tenant=1' }, 'issuer'],
  [{ issuer: 'http://id.example' }, 'issuer'],
  [{ issuer: 'file:///etc/passwd' }, 'issuer'],
  [{ clientId: '' }, 'clientId'],
  [{ scopes: ['openid email'] }, 'scopes.0'],
  [{ grants: [] }, 'grants'],
  [{ grants: [{ claim: 'groups', values: [], role: 'viewer' }] }, 'grants.0.values'],
  [{ grants: [{ claim: 'groups', values: ['a'], role: 'root' }] }, 'grants.0.role'],
  [{ grants: [{ claim: 'groups', values: ['a'], role: 'viewer', clusters: [] }] }, 'grants.0.clusters'],
  [{ sessionHours: 0 }, 'sessionHours'],
  [{ sessionHours: 169 }, 'sessionHours'],
])('%j is refused at %s', (change, path) => {
  const { error } = oidcConfig.safeParse({ ...least, ...change });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});

test.each([
  { issuer: 'http://localhost:5556/dex' },
  { issuer: 'http://127.0.0.1:9000' },
  { issuer: 'http://[::1]:9000' },
  { issuer: 'http://id.example', allowInsecureIssuer: true },
])('%j is taken', (change) => {
  expect(oidcConfig.safeParse({ ...least, ...change }).success).toBe(true);
});

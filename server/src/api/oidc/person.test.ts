/** Who somebody is, and what they may, from claims that may be hostile. */
import { expect, test } from 'vitest';
import type { GrantRule } from './options.ts';
import { lacksClaims, personOf } from './person.ts';

const ISSUER = 'https://id.example/realms/shop/';
const rule = (more: Partial<GrantRule> = {}): GrantRule => ({
  claim: 'groups',
  values: ['sre'],
  role: 'viewer',
  ...more,
});
const person = (claims: object, grants: readonly GrantRule[] = [rule()], nameClaim?: string) =>
  personOf(claims as Record<string, unknown>, {
    issuer: ISSUER,
    grants,
    ...(nameClaim !== undefined && { nameClaim }),
  });

test('every rule that matches gives its role within its scope', () => {
  const grants = [
    rule({ claim: 'realm_access.roles', values: ['oncall'], role: 'operator', namespaces: ['shop-*'] }),
    rule({
      claim: 'email',
      values: ['a@example.com'],
      role: 'approver',
      clusters: ['prod', 'stage'],
      namespaces: ['shop'],
    }),
    rule({ role: 'viewer', clusters: ['prod'] }),
    rule({ values: ['others'], role: 'admin' }),
  ];
  const claims = {
    sub: 'a',
    groups: ['sre'],
    email: 'a@example.com',
    email_verified: 'true',
    realm_access: { roles: ['oncall'] },
  };
  expect(person(claims, grants)).toMatchObject({
    id: 'oidc:a@id.example/realms/shop',
    grants: [
      { role: 'operator', scope: [{ cluster: null, namespaces: ['shop-*'] }] },
      {
        role: 'approver',
        scope: [
          { cluster: 'prod', namespaces: ['shop'] },
          { cluster: 'stage', namespaces: ['shop'] },
        ],
      },
      { role: 'viewer', scope: [{ cluster: 'prod', namespaces: null }] },
    ],
  });
});

test('an empty list of clusters or namespaces gives nothing, not everything', () => {
  expect(person({ sub: 'a', groups: 'sre' }, [rule({ clusters: [] })])).toMatchObject({ grants: [{ scope: [] }] });
  expect(person({ sub: 'a', groups: 'sre' }, [rule({ namespaces: [] })])).toMatchObject({
    grants: [{ scope: [{ cluster: null, namespaces: [] }] }],
  });
});

test('a claim whose name has dots is read as it stands', () => {
  const claims = { sub: 'a', 'https://id.example/groups': ['sre'] };
  expect(person(claims, [rule({ claim: 'https://id.example/groups' })])).toMatchObject({
    grants: [{ role: 'viewer' }],
  });
});

test.each([
  '__proto__',
  'constructor',
  'constructor.name',
  '__proto__.groups',
  'toString',
  'groups.length',
  'groups.0',
  'length',
  '',
])('a rule for %j finds nothing that a prototype holds', (claim) => {
  const values = ['sre', 'Object', 'Array', 'Function', '1', ''];
  expect(person({ sub: 'a', groups: ['sre'] }, [rule({ claim, values })])).toMatchObject({
    kind: 'refused',
    status: 403,
  });
});

test('claims that come as a prototype pollute nothing', () => {
  const claims = JSON.parse(
    '{"sub":"a","__proto__":{"groups":["sre"]},"constructor":{"prototype":{"groups":["sre"]}}}',
  ) as object;
  expect(person(claims)).toMatchObject({ kind: 'refused' });
  expect(person({ ...claims })).toMatchObject({ kind: 'refused' });
  expect(({} as Record<string, unknown>).groups).toBeUndefined();
});

test('even a prototype that somebody polluted gives no role', () => {
  Object.defineProperty(Object.prototype, 'groups', { value: ['sre'], configurable: true });
  try {
    expect(person({ sub: 'a' })).toMatchObject({ kind: 'refused', status: 403 });
  } finally {
    delete (Object.prototype as { groups?: unknown }).groups;
  }
});

test.each([
  ['the verified address', { email: 'a@x', email_verified: true, preferred_username: 'al' }, 'a@x'],
  ['an address of which nothing is said', { email: 'a@x', preferred_username: 'al' }, 'a@x'],
  [
    'the user name before an unverified address',
    { email: 'a@x', email_verified: false, preferred_username: 'al' },
    'al',
  ],
  ['the subject where there is nothing else', { email: '', preferred_username: 7 }, 's-1'],
  ['no character that hides or turns text', { email: ' \u202eadm\u0000in\u200b\n<b> ' }, 'admin<b>'],
  ['at most 200 characters, none split', { email: '😀'.repeat(300) }, '😀'.repeat(200)],
])('the name is %s', (_, claims, name) => {
  expect(person({ sub: 's-1', groups: 'sre', ...claims })).toMatchObject({ name });
});

test('a claim for the name comes first, and falls back where it is missing', () => {
  expect(
    person({ sub: 'a', groups: 'sre', email: 'a@x', display: { name: 'Alice' } }, [rule()], 'display.name'),
  ).toMatchObject({ name: 'Alice' });
  expect(person({ sub: 'a', groups: 'sre', email: 'a@x' }, [rule()], 'display.name')).toMatchObject({ name: 'a@x' });
});

test('a subject that looks like another issuer stays one of ours', () => {
  expect(person({ sub: 'root@evil.example', groups: 'sre' })).toMatchObject({
    id: 'oidc:root@evil.example@id.example/realms/shop',
  });
});

test.each([undefined, '', 7, ['a'], { a: 1 }, 'a\u0000', 'a\u202e', '\ud800', 'x'.repeat(256)])(
  'the subject %j is nobody',
  (sub) => {
    expect(person({ sub, groups: 'sre' })).toMatchObject({ kind: 'refused', status: 403 });
  },
);

test('more is asked for only where rules or the name need it', () => {
  const rules = { issuer: ISSUER, grants: [rule(), rule({ claim: 'email', values: ['a@x'] })] };
  const whole = { sub: 'a', groups: [''], email: 'a@x', email_verified: false, preferred_username: 'al' };
  expect(lacksClaims(whole, rules)).toBe(false);
  expect(lacksClaims({ ...whole, groups: [] }, rules)).toBe(true);
  const { email_verified: _, ...unsaid } = whole;
  expect(lacksClaims(unsaid, rules)).toBe(true);
  expect(lacksClaims({ sub: 'a', groups: ['x'] }, { issuer: ISSUER, grants: [rule()] })).toBe(true);
});

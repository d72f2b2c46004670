import { newToken } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { buildToken, grantWords, isAdminOfAll, type TokenForm } from './grants.ts';

const FORM: TokenForm = { name: 'ci', role: 'viewer', everywhere: true, rows: [], expiresInDays: 90 };
const scoped = (...rows: TokenForm['rows']): TokenForm => ({ ...FORM, everywhere: false, rows });

describe('a token from its form', () => {
  it('holds everywhere, or never ends, only where that was chosen', () => {
    expect(buildToken(FORM)).toEqual({
      ok: true,
      body: { name: 'ci', grants: [{ role: 'viewer', scope: 'everything' }], expiresInDays: 90 },
    });
    expect(buildToken({ ...FORM, expiresInDays: null })).toMatchObject({ ok: true, body: { name: 'ci' } });
  });

  it('takes namespaces as people write them, once each', () => {
    const built = buildToken(
      scoped({ cluster: '', namespaces: 'shop, team-*\n shop' }, { cluster: 'prod', namespaces: ' ' }),
    );
    expect(built).toMatchObject({
      ok: true,
      body: {
        grants: [
          {
            scope: [
              { cluster: null, namespaces: ['shop', 'team-*'] },
              { cluster: 'prod', namespaces: null },
            ],
          },
        ],
      },
    });
    expect(built.ok && newToken.safeParse(built.body).success).toBe(true);
  });

  it('never widens an empty row to everything', () => {
    const built = buildToken(scoped({ cluster: '', namespaces: '' }));
    expect(built.ok === false && Object.keys(built.faults.rows)).toEqual(['0']);
  });

  it('names what is wrong, row by row, and the name', () => {
    const built = buildToken({
      ...scoped({ cluster: 'a', namespaces: '' }, { cluster: '', namespaces: 'Shop' }),
      name: ' ',
    });
    expect(built.ok === false && built.faults.name).toContain('what it is for');
    expect(built.ok === false && built.faults.rows[1]).toContain('“Shop”');
    expect(built.ok === false && built.faults.rows[0]).toBeUndefined();
  });
});

describe('a grant in words', () => {
  it('says the role and where it holds', () => {
    expect(grantWords({ role: 'admin', scope: 'everything' })).toBe('admin everywhere');
    expect(
      grantWords({
        role: 'viewer',
        scope: [
          { cluster: 'prod', namespaces: ['shop', 'web', 'team-*'] },
          { cluster: null, namespaces: ['mail'] },
          { cluster: 'staging', namespaces: null },
        ],
      }),
    ).toBe('viewer of shop, web and team-* in prod; of mail in every cluster; of all of staging');
  });
});

it('an admin of everything is none of a part, nor of another role', () => {
  expect(isAdminOfAll([{ role: 'admin', scope: 'everything' }])).toBe(true);
  expect(isAdminOfAll([{ role: 'admin', scope: [{ cluster: null, namespaces: null }] }])).toBe(true);
  expect(isAdminOfAll([{ role: 'admin', scope: [{ cluster: 'prod', namespaces: null }] }])).toBe(false);
  expect(isAdminOfAll([{ role: 'admin', scope: [{ cluster: null, namespaces: ['shop'] }] }])).toBe(false);
  expect(isAdminOfAll([{ role: 'approver', scope: 'everything' }])).toBe(false);
});

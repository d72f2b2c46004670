import type { WireToken } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import type { OpenedHistory } from './engine.ts';
import { run } from './testing/run.ts';

const here = ['--data-dir', '.'];
const SECRET = `tattle_abcdefghijkm_${'s'.repeat(43)}`;
const HOSTILE = '\u001b[2J\u009b1m\u202eevil\u200b\nroot: fake';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;

function wireToken(changes: Partial<WireToken> = {}): WireToken {
  return {
    id: 'abcdefghijkm',
    name: 'ci',
    grants: [{ role: 'viewer', scope: 'everything' }],
    createdBy: 'link',
    createdAt: '2026-11-18T12:00:00.000Z',
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    ...changes,
  };
}

/** Answers as the API does; knows these, and makes the first. */
function tokensOf(items: readonly WireToken[]) {
  const asked: unknown[] = [];
  const opened: OpenedHistory = {
    async request(method, path, body) {
      asked.push({ method, path, ...(body === undefined ? {} : { body }) });
      if (method === 'GET') return { status: 200, body: JSON.stringify({ items }) };
      if (method === 'POST') return { status: 201, body: JSON.stringify({ token: items[0], secret: SECRET }) };
      const found = items.find(({ id }) => path.endsWith(`/${id}`));
      if (found !== undefined) return { status: 200, body: JSON.stringify(found) };
      return { status: 404, body: JSON.stringify({ detail: 'No token has this id.', hint: 'h', requestId: 'r' }) };
    },
    close: async () => {},
  };
  return { opened, asked };
}

describe('token create', () => {
  const create = ['token', 'create', 'ci', ...here];

  it('prints the secret alone, and the rest to a terminal only', async () => {
    const token = wireToken({ expiresAt: '2027-02-19T12:00:00.000Z' });
    const { opened } = tokensOf([token]);
    const args = [...create, '--role', 'viewer'];
    expect(await run(args, { opened })).toEqual({ code: 0, out: `${SECRET}\n`, err: '' });
    expect(await run(args, { opened, terminal: true })).toEqual({
      code: 0,
      out: `${SECRET}\n`,
      err: 'ci: viewer of everything, until 2027-02-19. The secret is shown this once. tattle token revoke abcdefghijkm takes it back.\n',
    });
    expect(JSON.parse((await run([...args, '-o', 'json'], { opened })).out)).toEqual({ token, secret: SECRET });
  });

  it.each([
    [['--role', 'admin'], { grants: [{ role: 'admin', scope: 'everything' }] }],
    [
      ['--role', 'operator', '-n', 'shop,pay-*', '-n', 'a'],
      { grants: [{ role: 'operator', scope: [{ cluster: null, namespaces: ['shop', 'pay-*', 'a'] }] }] },
    ],
    [
      ['--role', 'viewer', '--cluster', 'prod,eu', '-n', 'shop'],
      {
        grants: [
          {
            role: 'viewer',
            scope: [
              { cluster: 'prod', namespaces: ['shop'] },
              { cluster: 'eu', namespaces: ['shop'] },
            ],
          },
        ],
      },
    ],
    [
      ['--role', 'approver', '--cluster', 'prod', '--expires-in', '12w'],
      { grants: [{ role: 'approver', scope: [{ cluster: 'prod', namespaces: null }] }], expiresInDays: 84 },
    ],
    [
      ['--role', 'admin', '--expires-in', '10y'],
      { grants: [{ role: 'admin', scope: 'everything' }], expiresInDays: 3650 },
    ],
  ])('%j asks for just that', async (flags, body) => {
    const { opened, asked } = tokensOf([wireToken()]);
    expect((await run([...create, ...flags], { opened })).code).toBe(0);
    expect(asked).toEqual([{ method: 'POST', path: '/api/v1/tokens', body: { name: 'ci', ...body } }]);
  });

  it.each([
    [[], '--role'],
    [['--role', 'root'], 'viewer'],
    [['--role', 'viewer', '-n', ''], 'empty'],
    ...['0d', '11y', '90', '12h', '-1d', '1.5d', '90dd'].map(
      (time) => [['--role', 'viewer', `--expires-in=${time}`], 'Write 90d'] as [string[], string],
    ),
  ])('%j is a usage error, and no token is made', async (flags, mend) => {
    const { opened, asked } = tokensOf([wireToken()]);
    const { code, out, err } = await run([...create, ...flags], { opened });
    expect({ code, out, asked }).toEqual({ code: 2, out: '', asked: [] });
    expect(err).toContain(mend);
  });
});

describe('token list', () => {
  const list = ['token', 'list', ...here];
  const items = [
    wireToken({ expiresAt: '2026-12-21T12:00:00.000Z', lastUsedAt: '2026-11-21T11:55:00.000Z' }),
    wireToken({
      id: 'b',
      name: 'old',
      grants: [
        { role: 'admin', scope: [{ cluster: 'prod', namespaces: null }] },
        {
          role: 'viewer',
          scope: [
            { cluster: null, namespaces: ['a', 'b'] },
            { cluster: 'eu', namespaces: ['c'] },
          ],
        },
      ],
      expiresAt: '2026-11-21T12:00:00.000Z',
    }),
    wireToken({ id: 'c', name: 'leaked', revokedAt: '2026-11-20T12:00:00.000Z' }),
  ];

  it('is a table, for programs JSON, YAML or ids', async () => {
    const { opened } = tokensOf(items);
    expect((await run(list, { opened })).out.split('\n')).toEqual([
      'ID             NAME     ROLE            SCOPE                    CREATED   EXPIRES   LAST USED   STATE',
      'abcdefghijkm   ci       viewer          everything               3d ago    in 30d    5m ago      active',
      'b              old      admin; viewer   cluster prod; a,b eu/c   3d ago    0s ago    never       expired',
      'c              leaked   viewer          everything               3d ago    never     never       revoked',
      '',
    ]);
    expect((await run([...list, '--no-headers'], { opened })).out).toMatch(/^abcdefghijkm/);
    expect(JSON.parse((await run([...list, '-o', 'json'], { opened })).out)).toEqual(items);
    expect((await run([...list, '-o', 'yaml'], { opened })).out).toContain('name: leaked');
    expect((await run([...list, '-o', 'name'], { opened })).out).toBe('abcdefghijkm\nb\nc\n');
  });

  it('of none says so on a terminal', async () => {
    const { opened } = tokensOf([]);
    expect(await run(list, { opened })).toEqual({ code: 0, out: '', err: '' });
    expect((await run(list, { opened, terminal: true })).err).toBe('There is no token.\n');
  });

  it('shows nothing that a terminal would obey', async () => {
    const grants: WireToken['grants'] = [{ role: 'viewer', scope: [{ cluster: HOSTILE, namespaces: [HOSTILE] }] }];
    const { opened } = tokensOf([wireToken({ id: HOSTILE, name: HOSTILE, grants })]);
    const forms = ['table', 'json', 'jsonl', 'yaml', 'name'].map((form) => [...list, '-o', form]);
    for (const args of [...forms, ['token', 'create', 'x', '--role', 'viewer', ...here]]) {
      const { code, out, err } = await run(args, { opened, terminal: true });
      expect(code).toBe(0);
      expect(out + err).not.toMatch(OBEYED);
      expect(out + err).not.toMatch(/^root: fake/m);
    }
  });
});

describe('token revoke', () => {
  it('takes several, by id or by what leaked', async () => {
    const { opened, asked } = tokensOf([wireToken(), wireToken({ id: 'b', name: 'old' })]);
    const { code, out, err } = await run(['token', 'revoke', SECRET, 'b', ...here], { opened });
    expect({ code, out, err }).toEqual({ code: 0, out: 'abcdefghijkm revoked: ci\nb revoked: old\n', err: '' });
    expect(asked).toEqual([
      { method: 'DELETE', path: '/api/v1/tokens/abcdefghijkm' },
      { method: 'DELETE', path: '/api/v1/tokens/b' },
    ]);
  });

  it('goes on after one that is not there, and exits 1', async () => {
    const { opened } = tokensOf([wireToken()]);
    expect(await run(['token', 'revoke', '../x', 'abcdefghijkm', ...here], { opened })).toEqual({
      code: 1,
      out: 'abcdefghijkm revoked: ci\n',
      err: 'tattle: ../x: No token has this id.\ntattle token list has their ids.\n',
    });
  });

  it.each([[[]], [['']], [['..']]])('of %j is a usage error', async (ids) => {
    const { opened, asked } = tokensOf([wireToken()]);
    expect({ code: (await run(['token', 'revoke', ...ids, ...here], { opened })).code, asked }).toEqual({
      code: 2,
      asked: [],
    });
  });
});

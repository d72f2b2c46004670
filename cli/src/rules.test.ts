import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { notifySection } from './notify-file.ts';
import { run } from './testing/run.ts';
import { Problem, standingServer } from './testing/standing-server.ts';

const TRY = 'POST /api/v1/notify/try';
const OBEYED = /[^\n\P{Cc}]|\p{Bidi_Control}|[\u200b-\u200d\u2060\ufeff]/u;
const SECTION = `routes:
  - name: ops
    match: [severity>=high]
    to:
      - ops
      - nobody
`;
const WHOLE = `listen: {token: s3cr3t}\nnotify:\n${SECTION.replace(/^/gm, '  ').trimEnd()}\n`;

const incident = {
  id: '3f2a5b6c7d8e9f00',
  openedAt: '2026-11-21T11:20:00.000Z',
  severity: 'high',
  title: 'OOMKilled: \u001b[2Jweb',
};
const decision = (changes: object) => ({
  verdict: 'told',
  reason: 'routed',
  because: '',
  route: 'ops',
  channel: 'ops',
  rule: '',
  ...changes,
});
const trial = {
  incidents: 2,
  told: 1,
  partial: true,
  byReason: [
    { verdict: 'told', reason: 'routed', incidents: 1 },
    { verdict: 'withheld', reason: 'no-route', incidents: 1 },
  ],
  byRoute: [{ route: 'ops', incidents: 1, channels: ['ops', 'mail'] }],
  items: [
    { incident, decisions: [decision({}), decision({ channel: 'mail' })] },
    {
      incident: { ...incident, id: '9c01000000000000', title: 'Unhealthy: api' },
      decisions: [
        decision({ verdict: 'withheld', reason: 'no-route', because: 'no route takes it', route: '', channel: '' }),
      ],
    },
  ],
  faults: [{ rule: 'paging', fault: 'no such field' }],
};

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-rules-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'tattle.yaml');
  await writeFile(file, text);
  return file;
}

describe('rule test', () => {
  it('says who would have been told of what, and why somebody would not', async () => {
    const { url, asked } = await standingServer({ [TRY]: trial });
    const { code, out } = await run(['rule', 'test', await fileOf(WHOLE), '--server', url]);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      '2 incidents began from now-7d to now: somebody would have been told of 1. Older ones of the range were left out.',
      '',
      'DECISION   REASON     INCIDENTS',
      'told       routed     1',
      'withheld   no-route   1',
      '',
      'ROUTE   INCIDENTS   CHANNELS',
      'ops     1           ops,mail',
      '',
      'ID         AGE   SEVERITY   TITLE                   DECISION',
      '3f2a5b6c   40m   high       OOMKilled: \\x1b[2Jweb   told ops,mail',
      '9c010000   40m   high       Unhealthy: api          withheld: no route takes it',
      '',
      'rule paging was not answered, or not everywhere, which counts as no: no such field',
      '',
    ]);
    expect(out).not.toMatch(OBEYED);
    // The section alone goes there, and nothing else of the file.
    expect(asked[0]?.body).toEqual({
      from: 'now-7d',
      to: 'now',
      notify: { routes: [{ name: 'ops', match: ['severity>=high'], to: ['ops', 'nobody'] }] },
    });
    expect(JSON.parse((await run(['rule', 'test', '--server', url, '-o', 'json'])).out)).toEqual(trial);
  });

  it('takes a section by itself, an empty one, or none: the one in force', async () => {
    const { url, asked } = await standingServer({ [TRY]: trial });
    const test = async (...args: string[]) => (await run(['rule', 'test', ...args, '--server', url])).code;
    expect(await test(await fileOf(SECTION), '--from', '2026-11-01', '--to', 'now-1d')).toBe(0);
    expect(await test(await fileOf('notify:\n'))).toBe(0);
    expect(await test('--from', '1d')).toBe(0);
    expect(asked.map(({ body }) => body)).toEqual([
      { from: '2026-11-01T00:00:00Z', to: 'now-1d', notify: expect.objectContaining({ routes: expect.any(Array) }) },
      { from: 'now-7d', to: 'now', notify: {} },
      { from: 'now-1d', to: 'now' },
    ]);
  });

  it('tells every fault with its line, and exits with 5', async () => {
    const errors = [
      { path: 'notify.routes[0].to[1]', message: 'there is no channel nobody' },
      { path: 'notify.routes[0].match', message: 'is wrong' },
      { path: 'notify.routes[0].nme', message: 'is missing' },
    ];
    const { url } = await standingServer({ [TRY]: new Problem(400, 'all of it', { errors }) });
    const file = await fileOf(WHOLE);
    const { code, out, err } = await run(['rule', 'test', file, '--server', url]);
    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err).toBe(
      `tattle: ${file}:8:11: notify.routes[0].to[1] there is no channel nobody\n${file}:5:7: notify.routes[0].match is wrong\n${file}:4:7: notify.routes[0].nme is missing\n`,
    );
  });

  it('tells what is no YAML with its line, never with its lines', async () => {
    const file = await fileOf('a: 1\ntoken: "s3cr3t\nb: [');
    const { code, err } = await run(['rule', 'test', file, '--server', 'http://127.0.0.1:1']);
    expect(code).toBe(5);
    expect(err).toMatch(/tattle\.yaml:[23]:\d+: /);
    expect(err).not.toContain('s3cr3t');
  });

  it.each([
    ['says nothing of it', 'listen: {port: 1}', 5],
    ['is empty', '', 5],
    [
      'is a bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[at]}`).join(',')}]`).join('\n')}\nnotify: *j`,
      5,
    ],
  ])('refuses a file that %s', async (_what, text, expected) => {
    expect((await run(['rule', 'test', await fileOf(text), '--server', 'http://127.0.0.1:1'])).code).toBe(expected);
  });

  it('tells of a file that is not there, and of a server that refuses', async () => {
    expect(await run(['rule', 'test', '/nowhere.yaml'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no such file'),
    });
    const { url } = await standingServer({
      [TRY]: new Problem(400, 'from is no time', { errors: [{ path: 'from', message: 'x' }] }),
    });
    expect(await run(['rule', 'test', await fileOf(SECTION), '--server', url])).toMatchObject({
      code: 2,
      err: expect.stringContaining('from is no time'),
    });
  });
});

it('finds the place of what is quoted, and of what is not there', () => {
  const { placeOf } = notifySection('rules:\n  - name: a\n    "odd key": 1\n', 'f.yaml');
  expect(placeOf('notify.rules[0]["odd key"]')).toBe('f.yaml:3:5');
  expect(placeOf('notify.rules[7].when')).toBe('f.yaml:1:1');
  expect(placeOf('notify.inhibit[0]')).toBe('f.yaml:1:1');
  expect(placeOf('notify')).toBe('f.yaml:1:1');
});

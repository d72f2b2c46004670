import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { historyOf, NOW, run, wireEvent } from './testing/run.ts';

const here = ['events', '--data-dir', '.'];
const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    wireEvent({ uid: `e${index}`, lastSeen: new Date(NOW - index * 1000).toISOString() }),
  );

test('the table has the columns of kubectl events, the newest at the bottom', async () => {
  const { opened } = historyOf([
    wireEvent({
      uid: 'new',
      count: 1,
      lastSeen: '2026-11-21T11:59:30.000Z',
      object: { kind: 'Node', namespace: '', name: 'n1', uid: '' },
    }),
    wireEvent(),
  ]);
  const { code, out } = await run(here, { opened });
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'NAMESPACE   LAST SEEN           TYPE      REASON    OBJECT      MESSAGE',
    'shop        3m (x12 over 40m)   Warning   BackOff   Pod/web-1   Back-off restarting failed container',
    '            30s                 Warning   BackOff   Node/n1     Back-off restarting failed container',
    '',
  ]);
});

test('one namespace needs no column of its own; -A shows it again', async () => {
  const { opened } = historyOf([wireEvent()]);
  expect((await run([...here, '-n', 'shop'], { opened })).out).toMatch(
    /^LAST SEEN {11}TYPE {6}REASON {4}OBJECT {6}MESSAGE\n/,
  );
  expect((await run([...here, '-n', 'shop,web'], { opened })).out).toMatch(/^NAMESPACE/);
  expect((await run([...here, '-A', '--no-headers'], { opened })).out).toMatch(/^shop +3m/);
});

test('what a message holds cannot reach the terminal', async () => {
  const hostile = wireEvent({
    message: '\u001b[2J\u202eevil\nNAMESPACE fake',
    reason: 'a\u0007b',
    labels: { x: '\u009b1m' },
  });
  const { opened } = historyOf([hostile]);
  for (const form of ['table', 'wide', 'json', 'jsonl', 'yaml', 'name']) {
    const { out } = await run([...here, '-o', form], { opened });
    expect(out).not.toMatch(/[^\n\P{Cc}]|\p{Bidi_Control}/u);
  }
  expect(parse((await run([...here, '-o', 'yaml'], { opened })).out)).toEqual([hostile]);
  expect((await run(here, { opened })).out.split('\n')).toHaveLength(3);
});

test('json is one array of any length, read in pages', async () => {
  const { opened, asked } = historyOf(many(2500));
  const { out } = await run([...here, '-o', 'json', '--limit', '2200'], { opened });
  const items = JSON.parse(out) as { uid: string }[];
  expect(items).toHaveLength(2200);
  expect(new Set(items.map(({ uid }) => uid)).size).toBe(2200);
  expect(asked.map(({ query }) => query.get('limit'))).toEqual(['1000', '1000', '200']);
});

test('nothing found is an empty array, an empty table, and a hint on a terminal only', async () => {
  const { opened } = historyOf([]);
  expect(JSON.parse((await run([...here, '-o', 'json'], { opened })).out)).toEqual([]);
  expect(parse((await run([...here, '-o', 'yaml'], { opened })).out)).toEqual([]);
  expect(await run(here, { opened })).toEqual({ code: 0, out: '', err: '' });
  expect((await run(here, { opened, terminal: true })).err).toContain('No event matches');
});

test('a cut list says so on a terminal', async () => {
  const { opened } = historyOf(many(5));
  expect((await run([...here, '--limit', '3'], { opened, terminal: true })).err).toContain('newest 3 are shown');
  expect((await run([...here, '--limit', '3'], { opened })).err).toBe('');
});

test('flags become the API’s own parameters', async () => {
  const { opened, asked } = historyOf([]);
  await run(
    [
      ...here,
      '-n',
      'a,b',
      '-n',
      '!c',
      '--type',
      'warning',
      '--reason',
      '!Unhealthy',
      '--for',
      'deploy/web',
      '--since',
      '2d12h',
      '--until',
      '2026-11-21',
      '-l',
      'a=b,c',
      '-q',
      'x y',
      '--severity',
      'HIGH',
    ],
    { opened },
  );
  expect(asked[0]?.query.toString()).toBe(
    new URLSearchParams([
      ['namespace', 'a'],
      ['namespace', 'b'],
      ['namespace', '!c'],
      ['type', 'Warning'],
      ['reason', '!Unhealthy'],
      ['severity', 'high'],
      ['label', 'a=b,c'],
      ['kind', 'Deployment'],
      ['name', 'web'],
      ['from', 'now-2d12h'],
      ['to', '2026-11-21T00:00:00Z'],
      ['q', 'x y'],
      ['limit', '100'],
    ]).toString(),
  );
});

test.each([
  ['pod/web-1', 'Pod'],
  ['pods/web-1', 'Pod'],
  ['po/web-1', 'Pod'],
  ['ingresses/web-1', 'Ingress'],
  ['PodDisruptionBudget/web-1', 'PodDisruptionBudget'],
  ['MyThing/web-1', 'MyThing'],
  ['certificate.cert-manager.io/web-1', 'Certificate'],
])('--for %s is about a %s', async (object, kind) => {
  const { opened, asked } = historyOf([]);
  await run([...here, '--for', object], { opened });
  expect(asked[0]?.query.get('kind')).toBe(kind);
});

test.each([
  [['--limit', '0'], 'from 1 to'],
  [['--limit', 'many'], 'from 1 to'],
  [['--since', 'yesterday'], '30m'],
  [['--for', 'web-1'], 'KIND/NAME'],
  [['-o', 'csv'], 'table, wide, json'],
  [['-n', 'a', '-A'], 'exclude one another'],
  [['--namespaces', 'a'], '--namespace'],
  [['--server', 'http://x'], 'exclude one another'],
  [['-o', 'json', '--watch'], 'jsonl'],
  [['surplus'], 'too many arguments'],
  [['-n', ','], 'empty'],
])('%j is a usage error that says how to mend it', async (args, told) => {
  const { code, out, err } = await run([...here, ...args], { opened: historyOf([]).opened });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(told);
});

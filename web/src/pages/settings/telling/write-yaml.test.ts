import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { writeYaml } from './write-yaml.ts';

const HOSTILE = [
  'no',
  '1e3',
  '#x',
  '- a',
  'a: b',
  '"',
  "'",
  '\n',
  '{{',
  '*',
  '',
  '<b>',
  '08:00',
  '~',
  'web',
  '\u202E',
  '= %',
];

it('reads the same again, whatever stands in it', () => {
  const value = {
    rules: [{ name: 'a-b', when: 'x > "1"\n', count: { atLeast: 5, by: HOSTILE }, cooldownSeconds: 0 }],
    routes: [{ match: [], to: ['*'], continue: true, during: { days: ['mon-fri'], from: '08:00' } }, {}],
    [HOSTILE[3] ?? '']: [[1, 2], [{ deep: [{ deeper: null }] }]],
    inhibit: [],
    nothing: {},
  };
  expect(parse(writeYaml(value))).toEqual(value);
  for (const text of HOSTILE) expect(parse(writeYaml({ text }))).toEqual({ text });
});

it('reads like what people write', () => {
  expect(writeYaml({ routes: [{ on: 'incident', match: ['label.a="b"'], to: ['discord'] }] })).toBe(
    'routes:\n  - on: incident\n    match: [\'label.a="b"\']\n    to: [discord]\n',
  );
});

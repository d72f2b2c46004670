import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('cells with commas, quotes and line breaks are quoted', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', 3, null])).toBe('"a,b","say ""hi""","two\nlines",3,\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =cmd|x', '\r=1', '%0A=1', '|calc'])(
  'what a spreadsheet would calculate (%j) begins with an apostrophe',
  (cell) => {
    expect(csvLine([cell])).toBe(`"'${cell}"\r\n`);
  },
);

test('plain text stays as it is', () => {
  expect(csvLine(['Back-off restarting', 'a=b', '2026-01-01T00:00:00.000Z'])).toBe(
    'Back-off restarting,a=b,2026-01-01T00:00:00.000Z\r\n',
  );
});

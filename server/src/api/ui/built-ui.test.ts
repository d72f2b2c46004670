import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readUi } from './built-ui.ts';
import { SECRET, tinyUi } from './testing/tiny-ui.ts';

test('a build is read with its compressed forms, without what is hidden, linked or outside', async () => {
  const reading = await readUi(await tinyUi());
  if (reading.kind !== 'built') throw new Error(reading.why);
  const { files } = reading.ui;
  expect([...files.keys()].sort()).toEqual([
    'a name with blanks.png',
    'assets/index-AbC_12-3.js',
    'assets/index-x.css',
    'favicon.svg',
    'manifest.webmanifest',
  ]);
  expect([...(files.get('assets/index-AbC_12-3.js')?.encoded.keys() ?? [])]).toEqual(['br', 'gzip']);
  expect([...files.values()].some(({ plain }) => plain.includes(SECRET))).toBe(false);
});

test('what is no build is told, not thrown', async () => {
  const folder = await tinyUi();
  const why = async (path: string) => {
    const reading = await readUi(path);
    return reading.kind === 'unusable' ? reading.why : 'it was built';
  };
  expect(await why(join(folder, 'index.html'))).toContain('ENOTDIR');
  expect(await why(await tinyUi({ index: '<base href="/">' }))).toContain('does not hold one <base href="./">');
  expect(await why(await tinyUi({ index: null }))).toContain('no index.html');
  await rm(folder, { recursive: true });
  expect(await why(folder)).toContain('ENOENT');
});

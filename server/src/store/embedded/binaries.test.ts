import { lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyOf } from './binaries.ts';

it('makes a copy of the programs whole where npm left the links of the libraries out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-binaries-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const native = join(folder, 'native');
  await mkdir(join(native, 'lib', 'deep'), { recursive: true });
  await writeFile(join(native, 'lib', 'libx.so.1.2'), 'library');
  const links = [
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' },
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/deep/libx.so.1' },
  ];
  await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links));
  const copy = await copyOf(native, join(folder, 'data'));
  expect(await readlink(join(copy, 'lib', 'libx.so'))).toBe('libx.so.1.2');
  expect(await readFile(join(copy, 'lib', 'deep', 'libx.so.1'), 'utf8')).toBe('library');
  // The original was not touched, and a second call makes nothing new.
  await expect(lstat(join(native, 'lib', 'libx.so'))).rejects.toThrow();
  await rm(native, { recursive: true });
  expect(await copyOf(native, join(folder, 'data'))).toBe(copy);
});

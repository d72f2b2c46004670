import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newKeyText, readKey } from '../../kit/seal.ts';
import { secretKeyOf } from './secret-key.ts';

async function dataDirectory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-key-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('is made at first need, for its owner alone, and stays', async () => {
  const folder = await dataDirectory();
  const key = secretKeyOf(undefined, folder);
  expect(await key.read()).toEqual({ kind: 'none' });
  expect(await readdir(folder)).toEqual([]);
  const made = await key.readOrMake();
  expect(made.kind).toBe('key');
  expect(await readdir(folder)).toEqual(['secret.key']);
  expect((await stat(join(folder, 'secret.key'))).mode & 0o777).toBe(0o600);
  expect(await key.readOrMake()).toEqual(made);
  expect(await secretKeyOf(undefined, folder).read()).toEqual(made);
});

it('is that of the configuration where there is one, and no file is made', async () => {
  const folder = await dataDirectory();
  const text = newKeyText();
  const key = secretKeyOf(text, folder);
  expect(await key.readOrMake()).toEqual({ kind: 'key', key: readKey(text) });
  expect(await readdir(folder)).toEqual([]);
});

it.each(['', 'no key', 'A'.repeat(42)])(
  'is never made anew over a file that holds something else: %j',
  async (text) => {
    const folder = await dataDirectory();
    await writeFile(join(folder, 'secret.key'), text);
    const key = secretKeyOf(undefined, folder);
    for (const reading of [await key.read(), await key.readOrMake()]) {
      expect(reading).toMatchObject({ kind: 'unusable', why: expect.stringContaining('secret.key') });
    }
    expect(await readFile(join(folder, 'secret.key'), 'utf8')).toBe(text);
  },
);

it('says what is wrong where it cannot be written', async () => {
  const key = secretKeyOf(undefined, join(await dataDirectory(), 'missing'));
  await expect(key.readOrMake()).rejects.toThrow(/ENOENT/);
});

it('is never half there: a full disk leaves nothing of it, and the next try makes it whole', async () => {
  const folder = await dataDirectory();
  // What is written there meets the end of the disk.
  await symlink('/dev/full', join(folder, 'secret.key.part'));
  const key = secretKeyOf(undefined, folder);
  await expect(key.readOrMake()).rejects.toThrow(/ENOSPC/);
  expect(await readdir(folder)).toEqual([]);
  expect(await key.read()).toEqual({ kind: 'none' });
  expect((await key.readOrMake()).kind).toBe('key');
  expect(await readdir(folder)).toEqual(['secret.key']);
});

it('that a crash left half written beside its place is no key', async () => {
  const folder = await dataDirectory();
  await writeFile(join(folder, 'secret.key.part'), newKeyText().slice(0, 20));
  const key = secretKeyOf(undefined, folder);
  expect(await key.read()).toEqual({ kind: 'none' });
  const made = await key.readOrMake();
  expect(await secretKeyOf(undefined, folder).read()).toEqual(made);
});

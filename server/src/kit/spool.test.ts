import { mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../model/ports/store.ts';
import { Spool } from './spool.ts';

const noDamage = () => {
  throw new Error('nothing was damaged');
};

describe('the spool', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spool-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gives batches back in order, also after a restart', async () => {
    const spool = await Spool.open<number[]>(directory, 1000, noDamage);
    await spool.append([1]);
    await spool.append([2]);
    expect(await spool.oldest()).toEqual([1]);
    await spool.dropOldest();
    const reopened = await Spool.open<number[]>(directory, 1000, noDamage);
    await reopened.append([3]);
    expect(await reopened.oldest()).toEqual([2]);
    await reopened.dropOldest();
    expect(await reopened.oldest()).toEqual([3]);
    await reopened.dropOldest();
    expect(reopened.isEmpty).toBe(true);
    expect(await reopened.oldest()).toBeNull();
  });

  it('refuses what goes over its bound, and takes it once there is room', async () => {
    const spool = await Spool.open<string>(directory, 20, noDamage);
    expect(await spool.append('0123456789')).toEqual({ kept: true });
    expect(await spool.append('0123456789')).toEqual({ kept: false, why: 'as much as may wait on disk does' });
    await spool.dropOldest();
    expect(await spool.append('0123456789')).toEqual({ kept: true });
  });

  it('forgets a batch that a crash left half written', async () => {
    await writeFile(join(directory, '000000000001.batch.json.writing'), '{"half');
    const spool = await Spool.open<string>(directory, 100, noDamage);
    expect(spool.isEmpty).toBe(true);
  });

  it.each([
    ['cut short', '{"half'],
    ['empty', ''],
  ])('sets a batch aside that is %s, says so, and goes on with the next', async (_, left) => {
    const first = await Spool.open<string>(directory, 100, noDamage);
    await first.append('one');
    await first.append('two');
    const [name = ''] = (await readdir(directory)).sort();
    await writeFile(join(directory, name), left);
    const damaged: string[] = [];
    const spool = await Spool.open<string>(directory, 100, (path) => damaged.push(path));
    expect(await spool.oldest()).toBe('two');
    expect(damaged).toEqual([join(directory, `${name}.damaged`)]);
    await spool.dropOldest();
    expect(spool.isEmpty).toBe(true);
    expect((await Spool.open<string>(directory, 100, noDamage)).isEmpty).toBe(true);
  });
});

describe('a spool whose disk refuses', () => {
  let directory: string;
  let spool: Spool<string>;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spool-'));
    spool = await Spool.open<string>(join(directory, 'spool'), 1000, noDamage);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('keeps nothing of a batch that a full disk cuts short, says so, and takes it when there is room', async () => {
    const writing = join(directory, 'spool', '000000000001.batch.json.writing');
    // What is written there meets the end of the disk.
    await symlink('/dev/full', writing);
    expect(await spool.append('one')).toEqual({ kept: false, why: 'the disk is full (ENOSPC)' });
    expect(await readdir(join(directory, 'spool'))).toEqual([]);
    expect(await spool.append('one')).toEqual({ kept: true });
    expect(await spool.oldest()).toBe('one');
  });

  it('waits for a disk that is gone, and has everything when it is back', async () => {
    await spool.append('one');
    await rename(join(directory, 'spool'), join(directory, 'away'));
    expect(await spool.append('two')).toEqual({ kept: false, why: 'its folder is gone (ENOENT)' });
    await expect(spool.oldest()).rejects.toThrow(StoreUnavailable);
    await rename(join(directory, 'away'), join(directory, 'spool'));
    expect(await spool.append('two')).toEqual({ kept: true });
    expect(await spool.oldest()).toBe('one');
    await spool.dropOldest();
    expect(await spool.oldest()).toBe('two');
  });

  it('does not wait for a single batch that somebody removed', async () => {
    const missing: string[] = [];
    const own = await Spool.open<string>(join(directory, 'own'), 1000, (path) => missing.push(path));
    await own.append('one');
    await own.append('two');
    const [name = ''] = (await readdir(join(directory, 'own'))).sort();
    await rm(join(directory, 'own', name));
    expect(await own.oldest()).toBe('two');
    expect(missing).toEqual([join(directory, 'own', name)]);
  });
});

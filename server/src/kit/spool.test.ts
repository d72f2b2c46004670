import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    expect(await spool.append('0123456789')).toBe(true);
    expect(await spool.append('0123456789')).toBe(false);
    await spool.dropOldest();
    expect(await spool.append('0123456789')).toBe(true);
  });

  it('forgets a batch that a crash left half written', async () => {
    await writeFile(join(directory, '000000000001.batch.json.writing'), '{"half');
    const spool = await Spool.open<string>(directory, 100, noDamage);
    expect(spool.isEmpty).toBe(true);
  });

  it('sets a damaged batch aside, says so, and goes on with the next', async () => {
    const first = await Spool.open<string>(directory, 100, noDamage);
    await first.append('one');
    await first.append('two');
    const [name = ''] = (await readdir(directory)).sort();
    await writeFile(join(directory, name), '{"half');
    const damaged: string[] = [];
    const spool = await Spool.open<string>(directory, 100, (path) => damaged.push(path));
    expect(await spool.oldest()).toBe('two');
    expect(damaged).toEqual([join(directory, `${name}.damaged`)]);
    await spool.dropOldest();
    expect(spool.isEmpty).toBe(true);
    expect((await Spool.open<string>(directory, 100, noDamage)).isEmpty).toBe(true);
  });
});

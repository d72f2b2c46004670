import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { isLingering, mendOf, mendOn } from './start-failure.ts';

it.each([
  ['FATAL:  could not write to file "pg_wal/xlogtemp.7": No space left on device', /full: make room/],
  ['FATAL:  could not create lock file "postmaster.pid": No space left on device', /full: make room/],
  ['FATAL:  could not create lock file "postmaster.pid": Read-only file system', /only be read: mount it/],
  ['PANIC:  could not read file "global/pg_control": Input/output error', /disk of the data directory fails/],
  ['FATAL:  could not open file "global/pg_filenode.map": No such file or directory', /is gone: mount it again/],
])('says how to mend what PostgreSQL wrote: %s', async (text, mend) => {
  expect(mendOf(text)).toMatch(mend);
  expect(isLingering(text)).toBe(false);
  expect(await mendOn(tmpdir(), text)).toMatch(mend);
});

it('knows nothing better than its own words where nothing is wrong with the disk', async () => {
  const text = 'FATAL:  invalid value for parameter "shared_buffers"';
  expect(mendOf(text)).toBeNull();
  expect(await mendOn('/nowhere/at/all', text)).toBeNull();
});

it.each([
  'FATAL:  lock file "postmaster.pid" already exists',
  'FATAL:  pre-existing shared memory block (key 21, ID 7) is still in use',
])('waits for what a killed one left: %s', (text) => expect(isLingering(text)).toBe(true));

it.runIf(process.platform === 'linux')('sees a full disk also where nothing could be written down', async () => {
  // A file system without any room.
  expect(await mendOn('/proc', '')).toMatch(/full: make room/);
});

/** A file sink on a disk that is full: nothing half stays in the file, nothing is lost, and what was refused is sent again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { eventOf, manyEvents } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { file } from './file.ts';

const SENDER = join(import.meta.dirname, '../testing/sending-child.ts');

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'tattle-sink-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

const sinkTo = (path: string) => file.create({ type: 'file', name: 'out', path, keep: 5 }, contextForTests());
const never = new AbortController().signal;

it('says in plain words that the disk is full, and keeps the batch for another try', async () => {
  const path = join(await folder(), 'events.jsonl');
  // What is written there meets the end of the disk.
  await symlink('/dev/full', path);
  expect(await sinkTo(path).send([eventOf(1)], never)).toEqual({
    kind: 'retry',
    error: 'cannot write the file: the disk is full (ENOSPC)',
  });
});

it('takes back what a disk took of a batch before it was full', async () => {
  const path = join(await folder(), 'events.jsonl');
  expect(await sinkTo(path).send([eventOf(1)], never)).toEqual({ kind: 'taken' });
  // In a process whose files may have 4 KiB: the end of its disk comes in the middle of the batch.
  const child = spawn('bash', ['-c', `ulimit -f 4; exec "$0" "$@"`, process.execPath, SENDER, path]);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect({ said, code }).toEqual({
    said: '{"kind":"retry","error":"cannot write the file: a file may not grow any more (EFBIG)"}',
    code: 0,
  });
  expect(await readFile(path, 'utf8')).toBe(`${eventOf(1).json}\n`);
  expect(await sinkTo(path).send(manyEvents(100), never)).toEqual({ kind: 'taken' });
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines).toEqual([eventOf(1), ...manyEvents(100)].map(({ json }) => json));
});

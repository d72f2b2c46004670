import { appendFile, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { eventOf, HOSTILE, incidentOf, manyEvents } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { file } from './file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tattle-sink-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pathOf = () => join(folder, 'events.jsonl');
const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n');

function sendTo(more: object = {}) {
  const sink = file.create({ type: 'file', name: 'out', path: pathOf(), ...more }, contextForTests());
  return (batch: readonly SinkRecord[]) => sink.send(batch, new AbortController().signal);
}

it('appends a line for each record', async () => {
  const send = sendTo();
  const batch = [eventOf(1, { message: HOSTILE }), incidentOf()];
  expect(await send(batch)).toEqual({ kind: 'taken' });
  expect(await send([eventOf(2)])).toEqual({ kind: 'taken' });
  expect(await linesOf(pathOf())).toEqual([...batch, eventOf(2)].map(({ json }) => json).concat(''));
});

it('ends a line that was left in the middle', async () => {
  const send = sendTo();
  await send([eventOf(1)]);
  await appendFile(pathOf(), '{"schema":"tattle.ev');
  await send([eventOf(2)]);
  expect(await linesOf(pathOf())).toEqual([eventOf(1).json, '{"schema":"tattle.ev', eventOf(2).json, '']);
});

it('writes on in a new file where the old one was moved away', async () => {
  const send = sendTo();
  await send([eventOf(1)]);
  await rename(pathOf(), join(folder, 'moved'));
  await send([eventOf(2)]);
  expect([await linesOf(join(folder, 'moved')), await linesOf(pathOf())]).toEqual([
    [eventOf(1).json, ''],
    [eventOf(2).json, ''],
  ]);
});

it('rotates by size, and keeps as many as it should', async () => {
  const send = sendTo({ maxBytes: 65_536, keep: 2 });
  for (let i = 0; i < 5; i++) await send(manyEvents(100, { message: String(i).repeat(100) }));
  expect((await readdir(folder)).toSorted()).toEqual(['events.jsonl', 'events.jsonl.1', 'events.jsonl.2']);
  const [newest, older, oldest] = await Promise.all(
    ['', '.1', '.2'].map((suffix) => readFile(pathOf() + suffix, 'utf8')),
  );
  expect([newest, older, oldest].map((each) => /"message":"(\d)/.exec(each ?? '')?.[1])).toEqual(['4', '3', '2']);
});

it('keeps everything for another try where the file cannot be written', async () => {
  expect(await sendTo({ path: join(folder, 'missing', 'x') })([eventOf(1)])).toEqual({
    kind: 'retry',
    error: 'cannot write the file: its folder is gone (ENOENT)',
  });
});

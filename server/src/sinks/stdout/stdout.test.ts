import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { eventOf, incidentOf } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { stdout } from './stdout.ts';

const never = new AbortController().signal;
const to = (stream: Writable) =>
  stdout.create({ type: 'stdout', name: 'out' }, { ...contextForTests(), stdout: stream });

it('writes a line for each record', async () => {
  const stream = new PassThrough();
  const batch = [eventOf(1), incidentOf()];
  expect(await to(stream).send(batch, never)).toEqual({ kind: 'taken' });
  stream.end();
  expect(String(stream.read())).toBe(batch.map(({ json }) => `${json}\n`).join(''));
});

it('keeps everything for another try when its reader went away, and ends nothing', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  expect(await to(stream).send([eventOf(1)], never)).toMatchObject({ kind: 'retry' });
  expect(await to(stream).send([eventOf(1)], never)).toMatchObject({ kind: 'retry' });
});

/** A file of JSON lines, on the disk before it counts as taken; rotated by size. */
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { z } from 'zod';
import { diskTrouble } from '../../kit/disk-trouble.ts';
import type { Sink, SinkOutcome } from '../../model/sink.ts';
import { sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';

const schema = sinkSettings('file', {
  path: z.string().min(1).max(4096).startsWith('/', 'must be an absolute path'),
  /** Beyond it the file becomes `path.1`, that one `path.2`, and so on. Left out, it grows. */
  maxBytes: z.int().min(65_536).exactOptional(),
  /** Rotated files that stay. */
  keep: z.int().min(1).max(100).default(5),
});
type FileSettings = z.output<typeof schema>;

const NEWLINE = 0x0a;

export const file = defineSink({
  type: 'file',
  schema,
  target: ({ path }) => path,
  create: (settings): Sink => ({
    name: settings.name,
    type: 'file',
    send: async (batch) => append(settings, batch.map(({ json }) => `${json}\n`).join('')),
    close: async () => undefined,
  }),
});

/** Opened anew each time, so that whoever moves the file away gets what was in it, and no more. */
async function append(settings: FileSettings, lines: string): Promise<SinkOutcome> {
  try {
    await rotate(settings);
    const handle = await open(settings.path, 'a+', 0o640);
    try {
      await appendWhole(handle, lines);
    } finally {
      await handle.close();
    }
    return { kind: 'taken' };
  } catch (error) {
    return { kind: 'retry', error: `cannot write the file: ${diskTrouble(error) ?? codeOf(error)}` };
  }
}

/** All of it, or, where the disk takes a part only, nothing: it is sent again, and half a line is no JSON. */
async function appendWhole(handle: FileHandle, lines: string): Promise<void> {
  const { size } = await handle.stat();
  const torn = await endsInTheMiddle(handle, size);
  try {
    await handle.appendFile(torn ? `\n${lines}` : lines);
    await handle.datasync();
  } catch (error) {
    await handle.truncate(size).catch(() => undefined);
    throw error;
  }
}

/** A crash left half a line: what comes next must not be part of it. */
async function endsInTheMiddle(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== NEWLINE;
}

async function rotate({ path, maxBytes, keep }: FileSettings): Promise<void> {
  if (maxBytes === undefined) return;
  const { size } = await stat(path).catch(whereMissing);
  if (size < maxBytes) return;
  for (let no = keep - 1; no >= 1; no--)
    await rename(`${path}.${String(no)}`, `${path}.${String(no + 1)}`).catch(whereMissing);
  await rename(path, `${path}.1`);
}

function whereMissing(error: unknown): { size: number } {
  if (codeOf(error) === 'ENOENT') return { size: 0 };
  throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason';
}

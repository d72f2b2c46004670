/** Writes a file beside its place and puts it there once it is whole: whatever breaks off leaves no half of one. */
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandFailure, EXIT, usageFailure } from './failure.ts';
import { reasonOf } from './reason-of.ts';

/** What `write` appends becomes the file's content. Rejects with what `write` rejects, or with `CommandFailure`; then the file is as it was. */
export async function writeWholeFile(
  file: string,
  write: (append: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const { place, mode } = await placeOf(resolve(file));
  const beside = join(dirname(place), `.${basename(place)}.${randomUUID().slice(0, 8)}.partial`);
  const cannot = unwritable(file);
  const handle = await open(beside, 'wx', mode).catch(cannot);
  try {
    try {
      await write((text) => handle.writeFile(text).catch(cannot));
      // A rename may reach the disk before what was written.
      await handle.sync().catch(cannot);
    } finally {
      await handle.close();
    }
    await rename(beside, place).catch(cannot);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Where a link leads, so that it stays one. A device or a pipe would be replaced by the file, and so is refused. */
async function placeOf(file: string): Promise<{ readonly place: string; readonly mode?: number }> {
  const there = await stat(file).catch(() => null);
  if (there === null) return { place: file };
  // Who may read it stays as it was.
  if (there.isFile()) return { place: await realpath(file), mode: there.mode & 0o777 };
  throw usageFailure(
    `--file ${file} is there, and is no file`,
    'Name a file, or send the output there with > instead.',
  );
}

function unwritable(file: string): (error: unknown) => never {
  return (error) => {
    throw new CommandFailure(EXIT.failed, `${file} cannot be written (${reasonOf(error)})`, '', { cause: error });
  };
}

/** A small file that someone else rotates: tokens, certificates. Read again when what we hold is older than a few seconds. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../model/ports/process.ts';
import { AccessError } from './access.ts';

const KEEP_MS = 10_000;

export interface RotatedFile {
  read(): Promise<string>;
  /** The next read goes to the disk. */
  forget(): void;
}

/** `where` opens the error message: it names the file, context and field that point here. */
export function rotatedFile(path: string, where: string, clock: Clock): RotatedFile {
  let held: { text: string; readAt: number } | null = null;
  return {
    async read() {
      if (held !== null && clock.now() - held.readAt < KEEP_MS) return held.text;
      try {
        held = { text: await readFile(path, 'utf8'), readAt: clock.now() };
        return held.text;
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        throw new AccessError(`${where}: cannot read ${path} (${cause}). Put the file there, or correct the path.`, {
          cause: error,
        });
      }
    },
    forget() {
      held = null;
    },
  };
}

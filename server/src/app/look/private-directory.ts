/** A directory for the store of one command: its user alone can read it, and it goes with the command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where `work` succeeds, whoever has its result calls `remove` at the end; where it fails, the directory is gone already. */
export async function inPrivateDirectory<T>(
  work: (directory: string, remove: () => Promise<void>) => Promise<T>,
): Promise<T> {
  // 0700 by mkdtemp itself.
  const directory = await mkdtemp(join(tmpdir(), 'tattle-'));
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  try {
    return await work(directory, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

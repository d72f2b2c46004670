/** The embedded PostgreSQL of a test's server, to be taken away from it. */
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** It dies, and cannot be started until what this answers is called. */
export async function breakStore(home: string): Promise<() => Promise<void>> {
  const version = join(home, 'data/postgres/PG_VERSION');
  const text = readFileSync(version);
  const [postmaster] = readFileSync(join(home, 'data/postgres/postmaster.pid'), 'utf8').split('\n');
  await rm(version);
  process.kill(Number(postmaster), 'SIGKILL');
  return () => writeFile(version, text);
}

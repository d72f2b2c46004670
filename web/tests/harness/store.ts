/** The embedded PostgreSQL of a test's server, to be stopped under it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** It stands still, with all its connections; answers how to let it go on. */
export function freezeStore(home: string): () => void {
  const postmaster = Number(readFileSync(join(home, 'data/postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  const still = [postmaster, ...childrenOf(postmaster)];
  for (const pid of still) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of still) process.kill(pid, 'SIGCONT');
  };
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter((word) => word !== '').map(Number);
}

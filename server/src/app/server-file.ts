/** `server.json` in the data directory: how commands on this machine find the server that owns it. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface ServerAddress {
  readonly url: string;
  readonly token: string;
}

interface ServerFile extends ServerAddress {
  readonly pid: number;
}

const NAME = 'server.json';

/** Readable by its owner alone: the token in it is the key to the server. */
export async function writeServerFile(dataDir: string, address: ServerAddress): Promise<void> {
  const writing = join(dataDir, `${NAME}.writing`);
  const file = await open(writing, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ ...address, pid: process.pid } satisfies ServerFile));
  } finally {
    await file.close();
  }
  await rename(writing, join(dataDir, NAME));
}

export async function removeServerFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, NAME), { force: true });
}

/** The server of this data directory, or null where none answers: a crash leaves the file behind. */
export async function runningServer(dataDir: string): Promise<ServerAddress | null> {
  const written = await readServerFile(dataDir);
  if (written === null || !isAlive(written.pid)) return null;
  const answers = await fetch(new URL('/healthz', written.url), { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
  return answers ? { url: written.url, token: written.token } : null;
}

async function readServerFile(dataDir: string): Promise<ServerFile | null> {
  try {
    const { url, token, pid } = JSON.parse(await readFile(join(dataDir, NAME), 'utf8')) as Partial<ServerFile>;
    return typeof url === 'string' && typeof token === 'string' && typeof pid === 'number' ? { url, token, pid } : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The programs of this package under the names that shells and kubectl look for, in a folder for the PATH. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const PROGRAMS = {
  tattle: 'main.ts',
  'kubectl-tattle': 'kubectl-tattle.ts',
  'kubectl_complete-tattle': 'kubectl-complete.ts',
};

export async function programFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-path-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, file] of Object.entries(PROGRAMS)) {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    await writeFile(join(folder, name), `#!/bin/sh\nexec '${process.execPath}' '${path}' "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `folder` comes first in its PATH, and is its home. */
export function runWith(
  folder: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Ended> {
  const child = spawn(command, args, {
    env: { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder, TATTLE_DATA_DIR: join(folder, 'data'), ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

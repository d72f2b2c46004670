/** What the build made of the web UI, read whole when the server starts: nothing else of the disk can be asked for. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Encoding } from './negotiation.ts';
import { type Shell, shellOf } from './shell.ts';

export interface UiFile {
  readonly type: string;
  readonly digest: string;
  /** Its name holds a hash of what is in it. */
  readonly immutable: boolean;
  readonly plain: Buffer;
  /** The smallest first. */
  readonly encoded: ReadonlyMap<Encoding, Buffer>;
}

export interface BuiltUi {
  readonly shell: Shell;
  /** By path without a leading slash, `assets/index-AbC123.js`. */
  readonly files: ReadonlyMap<string, UiFile>;
}

export type UiReading =
  | { readonly kind: 'built'; readonly ui: BuiltUi }
  /** `why` is a sentence for the log. */
  | { readonly kind: 'unusable'; readonly why: string };

const INDEX = 'index.html';
const ENDINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Never rejects for what is, or is not, in the folder. */
export async function readUi(folder: string): Promise<UiReading> {
  try {
    const contents = await readFolder(folder);
    const index = contents.get(INDEX);
    if (index === undefined) return { kind: 'unusable', why: `there is no ${INDEX} in ${folder}` };
    const shell = shellOf(index.toString('utf8'));
    if (shell === null) return { kind: 'unusable', why: `${INDEX} in ${folder} does not hold one <base href="./">` };
    return { kind: 'built', ui: { shell, files: filesOf(contents) } };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { kind: 'unusable', why: `${folder} cannot be read (${String(error.code)})` };
  }
}

/** Neither what is hidden nor what a link leads to: a build makes none. */
async function readFolder(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const segments = relative(folder, path).split(sep);
    if (!entry.isFile() || segments.some((segment) => segment.startsWith('.'))) continue;
    contents.set(segments.join('/'), await readFile(path));
  }
  return contents;
}

function filesOf(contents: ReadonlyMap<string, Buffer>): ReadonlyMap<string, UiFile> {
  const files = new Map<string, UiFile>();
  for (const [path, plain] of contents) {
    const isForm = ENDINGS.some(([, ending]) => path.endsWith(ending) && contents.has(path.slice(0, -ending.length)));
    // The page itself is answered with the way up in it.
    if (path === INDEX || isForm) continue;
    const encoded = new Map<Encoding, Buffer>();
    for (const [encoding, ending] of ENDINGS) {
      const form = contents.get(`${path}${ending}`);
      if (form !== undefined) encoded.set(encoding, form);
    }
    files.set(path, {
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      digest: createHash('sha256').update(plain).digest('base64url').slice(0, 22),
      immutable: path.startsWith('assets/'),
      plain,
      encoded,
    });
  }
  return files;
}

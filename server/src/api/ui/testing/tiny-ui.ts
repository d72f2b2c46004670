/** A web UI as a build leaves it, small, in a folder of its own beside what nobody may read. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

export const SCRIPT = `console.log(${JSON.stringify('script '.repeat(300))});\n`;
export const SECRET = 'not-for-the-network';

export const INDEX = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<base href="./">
<title>Tattle</title>
<script type="module" crossorigin src="./assets/index-AbC_12-3.js"></script>
</head>
<body><div id="app"></div></body>
</html>
`;

/** The folder; gone when the test ends. `index`: null for none. */
export async function tinyUi({ index = INDEX }: { readonly index?: string | null } = {}): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-ui-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const folder = join(home, 'dist');
  await mkdir(join(folder, 'assets', '.cache'), { recursive: true });
  const files: Record<string, string | Buffer> = {
    'assets/index-AbC_12-3.js': SCRIPT,
    'assets/index-AbC_12-3.js.gz': gzipSync(SCRIPT),
    'assets/index-AbC_12-3.js.br': brotliCompressSync(SCRIPT),
    'assets/index-x.css': 'body{margin:0}',
    'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'manifest.webmanifest': '{"name":"Tattle"}',
    'a name with blanks.png': Buffer.from([0x89, 0x50]),
    '.env': SECRET,
    'assets/.hidden.js': SECRET,
    'assets/.cache/x.js': SECRET,
    '../package.json': SECRET,
    ...(index === null ? {} : { 'index.html': index }),
  };
  for (const [path, contents] of Object.entries(files)) await writeFile(join(folder, path), contents);
  await symlink(join(home, 'package.json'), join(folder, 'assets', 'linked.js'));
  await symlink(home, join(folder, 'up'));
  return folder;
}

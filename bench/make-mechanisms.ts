/** Writes examples/mechanisms: a made recording of what can go wrong in a cluster. `node bench/make-mechanisms.ts` */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mechanisms } from './mechanisms/mechanisms.ts';

const folder = join(import.meta.dirname, '../examples/mechanisms');
await rm(folder, { recursive: true, force: true });
const files = mechanisms();
for (const [path, text] of files) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
console.log(`${files.size} files, ${Math.round(bytes / 1000)} kB in ${folder}`);

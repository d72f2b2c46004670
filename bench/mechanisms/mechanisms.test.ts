/** The committed recording is what the script writes: byte for byte, no file more or less. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mechanisms } from './mechanisms.ts';

const FOLDER = join(import.meta.dirname, '../../examples/mechanisms');

describe('the recording of mechanisms', () => {
  it('is committed as the script writes it', async () => {
    const entries = await readdir(FOLDER, { recursive: true, withFileTypes: true });
    const committed = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(FOLDER, join(parentPath, name)).replaceAll('\\', '/'));
    const files = mechanisms();
    expect(committed.sort()).toEqual([...files.keys()].sort());
    for (const [path, text] of files)
      expect((await readFile(join(FOLDER, path), 'utf8')) === text, `${path}: run bench/make-mechanisms.ts`).toBe(true);
  });

  it('does not go back in time, and names no object that it has not shown', () => {
    for (const [path, text] of mechanisms()) {
      if (!path.endsWith('.ndjson')) continue;
      const shown = new Set<string>();
      let last = 0;
      for (const line of text
        .trimEnd()
        .split('\n')
        .map((each) => JSON.parse(each) as Line)) {
        expect(line.t).toBeGreaterThanOrEqual(last);
        last = line.t;
        for (const { metadata } of line.items ?? []) shown.add(metadata.uid);
        if (line.object === undefined) continue;
        const { uid } = line.object.metadata;
        expect(shown.has(uid), `${path} ${line.type} at ${line.t}`).toBe(line.type !== 'ADDED');
        if (line.type === 'DELETED') shown.delete(uid);
        else shown.add(uid);
      }
    }
  });

  it('stays small enough to be kept beside the code', () => {
    const bytes = [...mechanisms().values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeLessThan(2_000_000);
  });
});

interface Named {
  readonly metadata: { readonly uid: string };
}

interface Line {
  readonly t: number;
  readonly type: string;
  readonly items?: readonly Named[];
  readonly object?: Named;
}

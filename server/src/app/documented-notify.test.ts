import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfiguration } from './config.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/NOTIFICATIONS.md'), 'utf8');

/** The indented blocks that begin with these settings, as one file; what is left out of secrets is filled in. */
function documented(...settings: readonly string[]): string {
  const blocks = PAGE.split(/\n\n(?! {4})/).filter((block) =>
    settings.some((name) => block.includes(`\n    ${name}:`)),
  );
  const lines = blocks.flatMap((block) => block.split('\n').filter((line) => line.startsWith('    ')));
  return lines.map((line) => line.slice(4).replaceAll('…', 'xxxxxxxxxx')).join('\n');
}

it('what docs/NOTIFICATIONS.md writes as configuration is one that Tattle takes', async () => {
  const text = documented('channels', 'notify');
  expect(text).toContain('inhibit:');
  expect(text).toContain('accounts:');
  const loaded = await loadConfiguration({
    file: 'tattle.yaml',
    env: {},
    overrides: {},
    directory: '/',
    readFile: async () => text,
  });
  expect(loaded.kind === 'invalid' ? loaded.problems : []).toEqual([]);
});

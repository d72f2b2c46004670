/** Completion in the shells that not every machine has, and the plug-in under a real kubectl. */
import { describe, expect, it } from 'vitest';
import { programFolder, runWith } from '../testing/programs.ts';

const TIMEOUT = 30_000;

describe('in zsh', { timeout: TIMEOUT }, () => {
  it('loads, and hands over what fits', async () => {
    const folder = await programFolder();
    const script = `
      function compdef() { :; }; function _describe() { print -l -- "\${(@P)argv[-1]}" }
      source <(tattle completion zsh)
      words=(tattle events -o js); CURRENT=4; _tattle`;
    const { code, out } = await runWith(folder, 'zsh', ['-f', '-c', script]);
    expect({ code, out }).toEqual({ code: 0, out: 'json\njsonl\n' });
  });

  it('puts no blank behind the name of a matcher', async () => {
    const folder = await programFolder();
    const script = `
      function compdef() { :; }; function _describe() { print -r -- "\${(@q)argv}" "\${described[@]}" }
      source <(tattle completion zsh)
      words=(tattle silence add cond); CURRENT=4; _tattle`;
    const { code, out } = await runWith(folder, 'zsh', ['-f', '-c', script]);
    expect({ code, out }).toEqual({ code: 0, out: "-V tattle described -S '' condition=\n" });
  });
});

describe('in fish', { timeout: TIMEOUT }, () => {
  it('completes commands and values', async () => {
    const folder = await programFolder();
    const script =
      'tattle completion fish | source; complete -C "tattle ev"; complete -C "tattle events -o js"; complete -C "tattle silence add cond"';
    const { out } = await runWith(folder, 'fish', ['--no-config', '-c', script]);
    expect(out.split('\n').map((line) => line.split('\t')[0])).toEqual(['events', 'json', 'jsonl', 'condition=', '']);
  });
});

describe('in kubectl', { timeout: TIMEOUT }, () => {
  it('is found as a plug-in, and speaks as one', async () => {
    const folder = await programFolder();
    const { code, out } = await runWith(folder, 'kubectl', ['tattle', 'events', '--help']);
    expect({ code, first: out.split('\n')[0] }).toEqual({ code: 0, first: 'Usage: kubectl tattle events [options]' });
    expect((await runWith(folder, 'kubectl', ['tattle', 'evnets'])).code).toBe(2);
  });
});

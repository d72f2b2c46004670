import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { documentation, everyCommand, fullName, helpOf } from './documentation.ts';
import { EXIT, EXIT_MEANINGS } from './failure.ts';
import { idleProgram } from './idle-program.ts';
import { run } from './testing/run.ts';

const commands = everyCommand(idleProgram()).map((command) => [fullName(command), command] as const);

describe('the help of every command', () => {
  it.each(commands)('%s says what it does, by example, and how it ends', (name, command) => {
    const help = helpOf(command);
    expect(help).toMatch(new RegExp(`^Usage: ${name}\\b`));
    expect(command.description()).toMatch(/^[A-Z].{30,}\.$/s);
    expect(help).toMatch(/\nExamples:\n {2}\S/);
    for (const code of [0, 2, 130]) expect(help).toMatch(new RegExp(`\\n {2}${code} +\\S`));
    expect(help.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(command.parent === null || command.summary() !== '').toBe(true);
  });

  it.each(commands)('%s describes each of its flags and arguments', (_name, command) => {
    const described = [...command.options, ...command.registeredArguments].map(({ description }) => description);
    expect(described.filter((description) => description.trim() === '')).toEqual([]);
  });

  it('is what --help prints, on standard output', async () => {
    for (const [name, command] of commands) {
      const { code, out, err } = await run([...name.split(' ').slice(1), '--help']);
      expect({ code, err, out }).toEqual({ code: 0, err: '', out: `${helpOf(command)}\n\n` });
    }
  });

  it('names the program as it is called', async () => {
    const { out } = await run(['events', '--help'], { name: 'kubectl tattle' });
    expect(out).toMatch(/^Usage: kubectl tattle events /);
    expect(out).toContain('\n  kubectl tattle events -n shop --since 1h\n');
    expect(out).not.toMatch(/\n {2}tattle /);
  });
});

describe('docs/CLI.md', () => {
  it('is what the program says now: npm run docs:cli', async () => {
    const written = await readFile(new URL('../../docs/CLI.md', import.meta.url), 'utf8');
    expect(written).toBe(documentation(idleProgram()));
  });

  it('has every exit code in one table', () => {
    const document = documentation(idleProgram());
    for (const [name, code] of Object.entries(EXIT)) {
      expect(document).toContain(`| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`);
    }
  });
});

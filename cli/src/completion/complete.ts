/** What may stand next on a command line: commands, flags, and the values that they take. */
import type { Command, Option } from 'commander';

export interface Suggestion {
  readonly value: string;
  /** One line; empty where there is nothing to say. */
  readonly about: string;
}

export interface Completed {
  readonly suggestions: readonly Suggestion[];
  /** What else the shell should offer. */
  readonly paths: 'none' | 'files' | 'directories';
}

/** Values that only a running server or a kubeconfig knows. */
export interface LiveValues {
  namespaces(): Promise<readonly Suggestion[]>;
  incidents(): Promise<readonly Suggestion[]>;
  contexts(): Promise<readonly Suggestion[]>;
}

const NOTHING: Completed = { suggestions: [], paths: 'none' };
const PATHS: Readonly<Record<string, Completed['paths']>> = {
  config: 'files',
  kubeconfig: 'files',
  file: 'files',
  dataDir: 'directories',
  recording: 'directories',
  simulate: 'directories',
  dir: 'directories',
};
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  severity: ['critical', 'high', 'medium', 'low', 'info'],
  type: ['Normal', 'Warning'],
  status: ['pending', 'delivered', 'dead', 'suppressed', 'disabled'],
  logLevel: ['debug', 'info', 'warn', 'error', 'silent'],
};
const IDS = new Set(['id', 'others', 'kind/name']);

/** `words` are those after the program's name; the last one is being written, and may be empty. */
export async function complete(program: Command, words: readonly string[], live: LiveValues): Promise<Completed> {
  const written = words.at(-1) ?? '';
  const { command, positional, pending } = position(program, words.slice(0, -1));
  if (pending !== undefined) return valuesOf(pending, written, '', live);
  const assigned = /^(--[a-z-]+=)(.*)$/s.exec(written);
  if (assigned !== null) {
    const [, flag = '', value = ''] = assigned;
    const option = optionOf(command, flag.slice(0, -1));
    return option === undefined ? NOTHING : valuesOf(option, value, flag, live);
  }
  if (written.startsWith('-')) return only(flagsOf(command), written);
  const commands = command.commands
    .filter((each) => !each.name().startsWith('_'))
    .map((each) => ({ value: each.name(), about: each.summary() }));
  if (commands.length > 0) return only(commands, written);
  return argumentValues(command, positional, written, live);
}

interface Position {
  readonly command: Command;
  /** Arguments before this word. */
  readonly positional: number;
  /** The flag whose value this word is. */
  readonly pending?: Option;
}

function position(program: Command, before: readonly string[]): Position {
  let command = program;
  let positional = 0;
  for (let index = 0; index < before.length; index += 1) {
    const word = before[index] ?? '';
    if (word.startsWith('-')) {
      const option = word.includes('=') ? undefined : optionOf(command, word);
      if (option?.required !== true) continue;
      if (index === before.length - 1) return { command, positional, pending: option };
      index += 1;
      continue;
    }
    const inner = command.commands.find((each) => each.name() === word);
    if (inner === undefined) positional += 1;
    else command = inner;
  }
  return { command, positional };
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function flagsOf(command: Command): readonly Suggestion[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  return [
    ...own.map(({ long, short, description }) => ({ value: long ?? short ?? '', about: description })),
    { value: '--help', about: 'what it does and takes' },
  ];
}

async function valuesOf(option: Option, written: string, prefix: string, live: LiveValues): Promise<Completed> {
  const name = option.attributeName();
  const paths = PATHS[name];
  if (paths !== undefined) return { suggestions: [], paths };
  // `a,b` goes on after its last comma; a leading ! stays.
  const before = /^(.*,)?!?/s.exec(written)?.[0] ?? '';
  const values = await knownValues(option, name, live);
  const joined = values.map(({ value, about }) => ({ value: `${prefix}${before}${value}`, about }));
  return only(joined, `${prefix}${written}`);
}

async function knownValues(option: Option, name: string, live: LiveValues): Promise<readonly Suggestion[]> {
  const fixed = option.argChoices ?? KNOWN[name];
  if (fixed !== undefined) return fixed.map((value) => ({ value, about: '' }));
  if (name === 'namespace' || name === 'namespaces') return live.namespaces();
  return name === 'context' ? live.contexts() : [];
}

async function argumentValues(
  command: Command,
  positional: number,
  written: string,
  live: LiveValues,
): Promise<Completed> {
  const taken = command.registeredArguments;
  const argument = taken[positional] ?? (taken.at(-1)?.variadic === true ? taken.at(-1) : undefined);
  if (argument === undefined) return NOTHING;
  const paths = PATHS[argument.name()];
  if (paths !== undefined) return { suggestions: [], paths };
  const choices = argument.argChoices;
  if (choices !== undefined)
    return only(
      choices.map((value) => ({ value, about: '' })),
      written,
    );
  return IDS.has(argument.name()) ? only(await live.incidents(), written) : NOTHING;
}

function only(suggestions: readonly Suggestion[], written: string): Completed {
  return { suggestions: suggestions.filter(({ value }) => value.startsWith(written)), paths: 'none' };
}

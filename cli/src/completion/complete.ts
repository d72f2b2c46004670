/** What may stand next on a command line: commands, flags, and the values that they take. */
import type { Command, Option } from 'commander';
import { MATCHER_NAMES } from '../matcher-text.ts';

export interface Suggestion {
  readonly value: string;
  /** One line; empty where there is nothing to say. */
  readonly about: string;
}

export interface Completed {
  readonly suggestions: readonly Suggestion[];
  /** What else the shell should offer. */
  readonly paths: 'none' | 'files' | 'directories';
  /** What is offered goes on: no blank comes behind it. */
  readonly isOpen?: boolean;
}

/** Values that only a running server or a kubeconfig knows. */
export interface LiveValues {
  namespaces(): Promise<readonly Suggestion[]>;
  incidents(): Promise<readonly Suggestion[]>;
  contexts(): Promise<readonly Suggestion[]>;
  silences(): Promise<readonly Suggestion[]>;
  channels(): Promise<readonly Suggestion[]>;
  sinks(): Promise<readonly Suggestion[]>;
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
  state: ['pending', 'active', 'expired'],
  status: ['pending', 'delivered', 'dead', 'suppressed', 'disabled'],
  logLevel: ['debug', 'info', 'warn', 'error', 'silent'],
};
/** Of matchers that name one of few. */
const MATCHED: Readonly<Record<string, readonly string[]>> = {
  severity: ['critical', 'high', 'medium', 'low', 'info'],
  state: ['open', 'acknowledged', 'regressed'],
};
/** What the server or the kubeconfig knows, by the flag's name or the argument's. */
const BY_FLAG: Readonly<Record<string, keyof LiveValues>> = {
  namespace: 'namespaces',
  namespaces: 'namespaces',
  context: 'contexts',
  incident: 'incidents',
  channel: 'channels',
};
const BY_ARGUMENT: Readonly<Record<string, keyof LiveValues>> = {
  id: 'incidents',
  others: 'incidents',
  'kind/name': 'incidents',
  silences: 'silences',
  channel: 'channels',
  sink: 'sinks',
};

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
  const ask = BY_FLAG[name];
  return ask === undefined ? [] : live[ask]();
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
  if (argument.name() === 'matchers') return matcherValues(written, live);
  const ask = BY_ARGUMENT[argument.name()];
  return ask === undefined ? NOTHING : only(await live[ask](), written);
}

/** `na` goes on as `namespace=`, and `namespace=sh` as `namespace=shop`. */
async function matcherValues(written: string, live: LiveValues): Promise<Completed> {
  const name = /^([a-z]+)=/.exec(written)?.[1];
  if (name === undefined) {
    const names = MATCHER_NAMES.map((each) => ({ value: `${each}=`, about: '' }));
    return { ...only(names, written), isOpen: true };
  }
  const values =
    name === 'namespace' ? await live.namespaces() : (MATCHED[name] ?? []).map((value) => ({ value, about: '' }));
  return only(
    values.map(({ value, about }) => ({ value: `${name}=${value}`, about })),
    written,
  );
}

function only(suggestions: readonly Suggestion[], written: string): Completed {
  return { suggestions: suggestions.filter(({ value }) => value.startsWith(written)), paths: 'none' };
}

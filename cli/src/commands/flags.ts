/** Flags that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Target } from '../connection.ts';

/** `a,b` and repeated flags add up. */
export function listed(text: string, before: readonly string[] = []): readonly string[] {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) throw new InvalidArgumentError('It is empty.');
  return [...before, ...values];
}

/** Repeated flags add up; commas belong to the value. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

export interface TargetFlags {
  readonly server?: string;
  readonly dataDir?: string;
  readonly store?: string;
}

/** Where to read from. */
export function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--server <url>', 'ask the server there; its token is read from TATTLE_TOKEN'))
    .addOption(
      new Option(
        '--data-dir <dir>',
        'ask the server that runs on this directory, or read the directory itself (default: $TATTLE_DATA_DIR or .tattle)',
      ),
    )
    .addOption(new Option('--store <url>', 'read this PostgreSQL itself (default: $TATTLE_STORE_URL)'));
}

export function targetOf({ server, dataDir, store }: TargetFlags): Target {
  return {
    ...(server === undefined ? {} : { server }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(store === undefined ? {} : { store }),
  };
}

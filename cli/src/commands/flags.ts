/** Flags that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Target } from '../connection.ts';
import { usageFailure } from '../failure.ts';

/** `a,b` and repeated flags add up. */
export function listed(text: string, before: readonly string[] = []): readonly string[] {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) throw new InvalidArgumentError('It is empty.');
  return [...before, ...values];
}

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

/** The same of a few known words, in any case; `!word` leaves one out. */
export function listedOf(words: readonly string[]): typeof listed {
  return (text, before) => {
    const values = listed(text).map((value) => value.toLowerCase());
    const unknown = values.find((value) => !words.includes(value.replace(/^!/, '')));
    if (unknown === undefined) return [...(before ?? []), ...values];
    throw new InvalidArgumentError(`It takes ${words.join(', ')}.`);
  };
}

/** As kubectl has them; `what` is chosen by the first. */
export function withNamespaces(command: Command, what: string): Command {
  return command
    .option('-n, --namespace <names>', what, listed)
    .option('-A, --all-namespaces', 'of every namespace (the default)');
}

export interface NamespaceFlags {
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
}

/** Empty: all. Throws `CommandFailure` where both flags are there. */
export function namespacesOf({ namespace = [], allNamespaces = false }: NamespaceFlags): readonly string[] {
  if (!allNamespaces || namespace.length === 0) return namespace;
  throw usageFailure('--namespace and --all-namespaces exclude one another', 'Give one of them.');
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

/** What is read where no server runs. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly recording?: string;
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

export function withClusters(command: Command): Command {
  return command
    .option('--context <names>', 'read the clusters of these contexts themselves (default: the current one)', listed)
    .option('--kubeconfig <files>', 'with the contexts of these files (default: $KUBECONFIG or ~/.kube/config)')
    .option('--recording <dir>', 'read a recording, as it stood at its end');
}

export function targetOf({ server, dataDir, store }: TargetFlags & ClusterFlags): Target {
  return {
    ...(server === undefined ? {} : { server }),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(store === undefined ? {} : { store }),
  };
}

/** `tattle completion`: scripts for shells, and the hidden command that they and kubectl ask. */
import { Argument, type Command } from 'commander';
import { complete } from '../completion/complete.ts';
import { liveValues } from '../completion/live-values.ts';
import { completionLines } from '../completion/protocol.ts';
import { completionScript, type Shell, SHELLS } from '../completion/scripts.ts';
import { type Manual, withManual } from '../manual.ts';
import type { Surroundings } from '../surroundings.ts';

const MANUAL: Manual = {
  summary: 'print a script that completes command lines',
  about: [
    'Prints a script for bash, zsh or fish that completes commands, flags and their values; namespaces, incidents, silences and channels are asked of the server that runs, within a second, and left out where none answers.',
    'As a plug-in of kubectl nothing is to be loaded: kubectl’s own completion asks kubectl_complete-tattle, where that is in the PATH.',
  ],
  examples: [
    ['source <(tattle completion bash)', 'in ~/.bashrc'],
    ['source <(tattle completion zsh)', 'in ~/.zshrc, after compinit'],
    ['tattle completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
  exits: [],
};

export function completionCommand(program: Command, surroundings: Surroundings): void {
  withManual(program.command('completion'), MANUAL)
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => surroundings.stdout.write(completionScript(shell)));
}

/** Apart from the other commands: what it is given are words, not flags. */
export async function answerCompletion(
  program: Command,
  words: readonly string[],
  { env, stdout }: Surroundings,
): Promise<void> {
  await stdout.write(completionLines(await complete(program, words, liveValues(words, env))));
}

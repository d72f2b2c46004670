/** How commands end: an exit code, and where they fail one or two lines that say why and how to mend it. */

export const EXIT = {
  ok: 0,
  /** Something went wrong while the command ran. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No server answers, no store opens, or no cluster is reached. */
  unreachable: 3,
  /** A token or a permission is wanted, or another one. */
  refused: 4,
  /** The command did its work, and what it looked at is wrong: `tattle diagnose`, `tattle audit verify`, `tattle channel test`, `tattle rule test`. */
  wrong: 5,
  /** Stopped by Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitName = keyof typeof EXIT;

/** For people: the one table that helps and documents are made from. */
export const EXIT_MEANINGS: Readonly<Record<ExitName, string>> = {
  ok: 'done',
  failed: 'it failed, or tattle doctor found something that fails',
  usage: 'the command line is wrong',
  unreachable: 'no server answers, no store opens, or no cluster is reached',
  refused: 'a token or a permission is missing, or does not suffice',
  wrong: 'what was looked at is wrong: diagnose, audit verify, channel test, rule test',
  interrupted: 'stopped by Ctrl-C',
};

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;
  /** Empty where there is nothing to add. */
  readonly mend: string;

  constructor(exitCode: number, message: string, mend = '', options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.mend = mend;
  }
}

export function usageFailure(message: string, mend = ''): CommandFailure {
  return new CommandFailure(EXIT.usage, message, mend);
}

/** How commands fail: an exit code, and one or two lines that say where and how to mend it. */

export const EXIT = {
  ok: 0,
  /** Something went wrong while the command ran. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No server answers, or no store opens. */
  unreachable: 3,
  /** The server wants a token, or another one. */
  refused: 4,
  /** Stopped by Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;

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

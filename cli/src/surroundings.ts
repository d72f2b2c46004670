/** What a command gets from the process around it. */

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** The stream itself, for what writes by itself. */
  readonly stream: NodeJS.WritableStream;
}

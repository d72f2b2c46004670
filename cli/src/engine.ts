/** What the command line asks of the server package, loaded only by commands that need it: reading over HTTP starts at once. */

export interface Engine {
  /** Runs until the signal aborts. Rejects when it cannot start; the message says where and how to mend it. */
  serve(options: RunOptions): Promise<void>;
  /** The same over the simulated cluster. */
  demo(options: RunOptions): Promise<void>;
  replay(options: ReplayOptions): Promise<object>;
  /** Rejects when the store cannot be opened. */
  openHistory(where: { readonly dataDir?: string; readonly storeUrl?: string }): Promise<OpenedHistory>;
  /** The server that runs on this data directory, if one does. */
  runningServer(dataDir: string): Promise<{ readonly url: string; readonly token: string } | null>;
}

export interface RunOptions {
  /** The configuration file, where one was named. */
  readonly config?: string;
  /** Configuration path to text: `{ 'listen.port': '0' }`. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where the link goes; of a replay, its progress. */
  readonly out: NodeJS.WritableStream;
}

export interface ReplayOptions extends RunOptions {
  readonly directory: string;
}

/** The API of the stored history, in this process. */
export interface OpenedHistory {
  request(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

export type LoadEngine = () => Promise<Engine>;

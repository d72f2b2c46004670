/** What the command line asks of the server package, loaded only by commands that need it: reading over HTTP starts at once. */

export interface Engine {
  /** Runs until the signal aborts. Rejects when it cannot start; the message says where and how to mend it. */
  serve(options: RunOptions): Promise<void>;
  /** The same over the simulated cluster. */
  demo(options: RunOptions): Promise<void>;
  replay(options: ReplayOptions): Promise<object>;
  /** Rejects when the store cannot be opened. */
  openHistory(where: { readonly dataDir?: string; readonly storeUrl?: string }): Promise<StoredHistory>;
  /** The server that runs on this data directory, if one does. */
  runningServer(dataDir: string): Promise<{ readonly url: string; readonly token: string } | null>;
  /** Events straight from API servers. Rejects where configuration or kubeconfig cannot be used. */
  lookAtClusters(options: LookOptions): Promise<Opened<'look', Look>>;
  /** Events of a recording, as they stood at its end. Rejects where it cannot be read. */
  lookAtRecording(options: WatchlessOptions & { readonly directory: string }): Promise<Look>;
  /** The whole pipeline over clusters, in a store that goes with it. */
  diagnoseClusters(options: DiagnosisOptions): Promise<Opened<'diagnosed', Diagnosed>>;
  diagnoseRecording(
    options: WatchlessOptions & { readonly directory: string; readonly namespaces: Namespaces },
  ): Promise<Diagnosed>;
  /** Looks at everything that Tattle needs, and changes nothing; or follows a test alert. */
  examine(options: DoctorOptions): Promise<readonly Check[]>;
  /** Another tool's configuration, as the text of its file, as one of Tattle. */
  importConfiguration(tool: ImportedTool, text: string): Promise<ImportedConfiguration>;
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
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

export interface StoredHistory extends OpenedHistory {
  /** What a GET answers when it is too long to be held. The body rejects where it breaks off. */
  stream(path: string): Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> }>;
}

export type WatchlessOptions = Pick<RunOptions, 'config' | 'env' | 'signal'>;
export type Namespaces = 'all' | readonly string[];

interface ClusterOptions extends WatchlessOptions {
  /** Left out: the variable's, or the one in the home directory. */
  readonly kubeconfig?: readonly string[];
  /** Left out: the current one. */
  readonly contexts?: readonly string[];
  readonly namespaces: Namespaces;
}

export interface LookOptions extends ClusterOptions {
  /** Later requests see what has come meanwhile. */
  readonly follow: boolean;
}

export interface DiagnosisOptions extends ClusterOptions {
  readonly forSeconds: number;
  readonly object?: { readonly kind: string; readonly name: string };
}

/** Opened, or why not and how to mend it. */
export type Opened<Name extends string, Value> =
  | ({ readonly kind: 'open' | 'diagnosed' } & { readonly [Key in Name]: Value })
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

export interface Look extends OpenedHistory {
  /** The moment that ages are reckoned from; null: the present. */
  readonly now: number | null;
  /** What could not be seen, and why. */
  readonly notes: readonly string[];
}

export interface Diagnosed extends Pick<Look, 'now' | 'notes'> {
  readonly api: OpenedHistory;
  /** Whether the object that was asked about was seen; null where that is not known. */
  readonly isObjectThere: boolean | null;
  close(): Promise<void>;
}

export interface DoctorOptions extends Pick<RunOptions, 'config' | 'env' | 'overrides' | 'signal'> {
  readonly server?: { readonly url: string; readonly token: string | undefined };
  /** Follows a test alert instead of looking at everything. */
  readonly alert?: {
    /** Of the Alertmanager; left out: that of a configured channel. */
    readonly url?: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly waitMs: number;
  };
  /** Told of each check as soon as it is made; awaited. */
  readonly onCheck?: (check: Check) => Promise<void>;
  /** Told what is waited for, now and again; awaited. */
  readonly onWait?: (what: string) => Promise<void>;
}

export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly detail: string;
  readonly mend: string;
}

export type ImportedTool = 'kubernetes-event-exporter' | 'kubewatch';

export type ImportedConfiguration =
  | { readonly kind: 'imported'; readonly yaml: string; readonly report: ImportReport }
  | { readonly kind: 'unreadable'; readonly problem: string };

export interface ImportReport {
  readonly taken: readonly ImportNote[];
  readonly changed: readonly ImportNote[];
  readonly missing: readonly ImportNote[];
  readonly todo: readonly ImportNote[];
}

export interface ImportNote {
  readonly path: string;
  readonly text: string;
}

export type LoadEngine = () => Promise<Engine>;

/** A sink with secrets in files: made anew when one of them changes; while one cannot be had, everything waits and it says why. */
import { schemaProblems } from '../kit/schema-problems.ts';
import type { Sink, SinkOutcome, SinkRecord } from '../model/sink.ts';
import { filledIn, secretIn, type SecretFile } from './secret-files.ts';
import type { SinkContext, SinkType } from './sink-type.ts';

export interface FileBackedOptions {
  readonly name: string;
  readonly kind: SinkType;
  /** With a placeholder where each secret belongs. */
  readonly settings: unknown;
  readonly files: readonly SecretFile[];
  readonly context: SinkContext;
}

type Ready = { readonly kind: 'ready'; readonly sink: Sink } | { readonly kind: 'not-ready'; readonly why: string };

export class FileBackedSink implements Sink {
  readonly name: string;
  readonly type: string;
  readonly #options: FileBackedOptions;
  readonly #reading: readonly { readonly file: SecretFile; readonly read: () => Promise<string> }[];
  #made: { readonly of: string; readonly sink: Sink } | null = null;

  constructor(options: FileBackedOptions) {
    this.name = options.name;
    this.type = options.kind.type;
    this.#options = options;
    const { files, context } = options;
    this.#reading = files.map((file) => ({ file, read: context.secretFile(file.path, file.where) }));
  }

  async send(batch: readonly SinkRecord[], signal: AbortSignal): Promise<SinkOutcome> {
    const ready = await this.#ready();
    return ready.kind === 'ready' ? ready.sink.send(batch, signal) : { kind: 'retry', error: ready.why };
  }

  async close(): Promise<void> {
    const made = this.#made;
    this.#made = null;
    await made?.sink.close();
  }

  async #ready(): Promise<Ready> {
    const { kind, settings, context } = this.#options;
    const values = new Map<readonly string[], string>();
    for (const { file, read } of this.#reading) {
      let text: string;
      try {
        text = secretIn(await read());
      } catch (error) {
        return { kind: 'not-ready', why: error instanceof Error ? error.message : `${file.where}: cannot be read` };
      }
      if (text === '')
        return { kind: 'not-ready', why: `${file.where}: ${file.path} is empty. Put the secret into it.` };
      values.set(file.at, text);
    }
    const of = JSON.stringify([...values.values()]);
    if (this.#made?.of === of) return { kind: 'ready', sink: this.#made.sink };
    const filled = filledIn(settings, values);
    const parsed = kind.schema.safeParse(filled);
    if (!parsed.success) return { kind: 'not-ready', why: this.#unusable(schemaProblems(parsed.error, kind.schema)) };
    await this.close().catch(() => undefined);
    const sink = kind.create(filled, context);
    this.#made = { of, sink };
    return { kind: 'ready', sink };
  }

  /** Never with a value. */
  #unusable(problems: readonly { readonly path: string; readonly message: string }[]): string {
    const [first] = problems;
    const file = this.#options.files.find(({ at }) => at.join('.') === first?.path);
    return `${file?.where ?? 'its files'}: what ${file?.path ?? 'they'} holds ${first?.message ?? 'cannot be used'}`;
  }
}

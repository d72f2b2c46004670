/** Reads a watch over real HTTP, line by line, for tests. */
import { get, type IncomingMessage } from 'node:http';

/** The parts of any object that tests look at. */
export interface WatchedObject {
  readonly kind: string;
  readonly code?: number;
  readonly message?: string;
  readonly reason?: string;
  readonly type?: string;
  readonly deprecatedCount?: number;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly name: string; readonly uid: string; readonly kind: string }[];
  };
}

export interface WatchLine {
  readonly type: string;
  readonly object: WatchedObject;
}

export interface WatchReader {
  readonly status: number;
  /** The next line; null at the end of the stream, and where the connection broke. */
  next(): Promise<WatchLine | null>;
  /** Lines up to and with the first that fits, or to the end. */
  until(fits: (line: WatchLine) => boolean): Promise<WatchLine[]>;
  close(): void;
}

export async function readWatch(url: string): Promise<WatchReader> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).once('error', reject);
  });
  const lines = linesOf(response);
  const next = async () => {
    const { value, done } = await lines.next();
    return done === true ? null : value;
  };
  return {
    status: response.statusCode ?? 0,
    next,
    async until(fits) {
      const read: WatchLine[] = [];
      for (let line = await next(); line !== null; line = await next()) {
        read.push(line);
        if (fits(line)) break;
      }
      return read;
    },
    close: () => void response.destroy(),
  };
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<WatchLine, void, void> {
  let text = '';
  try {
    response.setEncoding('utf8');
    for await (const chunk of response as AsyncIterable<string>) {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as WatchLine;
    }
  } catch {
    // A reset connection ends the stream.
  }
}

/** Where a stream is written to, and the one over a response of node's own HTTP server. */
import type { ServerResponse } from 'node:http';

export interface StreamSink {
  /** A promise where the other side has to take something first; it resolves then, or never. */
  write(text: string): void | Promise<void>;
  /** Calls back once, when the other side went away; at once where it has already. */
  onClose(listener: () => void): void;
  /** Nothing is written after it. */
  close(): void;
}

/** The head has been written. */
export function responseSink(response: ServerResponse): StreamSink {
  return {
    write: (text) => {
      if (response.destroyed || response.write(text)) return;
      return new Promise((resolve) => {
        response.once('drain', resolve);
      });
    },
    onClose: (listener) => {
      if (response.destroyed) listener();
      else response.once('close', listener);
    },
    close: () => {
      // Whoever takes nothing would never take the end either.
      if (response.writableNeedDrain) response.destroy();
      else response.end();
    },
  };
}

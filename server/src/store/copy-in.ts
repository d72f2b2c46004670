/** COPY … FROM STDIN of one buffer that is already there: a stream would only cost, a batch is small. */
import type { Connection, Submittable } from 'pg';

/** What `pg` gives to a query while COPY runs; its types leave these two out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

export class CopyIn implements Submittable {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #rows: Buffer;
  #settle: (error?: Error) => void = () => {};

  /** `text` is the whole COPY statement, `rows` what it reads in text format. */
  constructor(text: string, rows: Buffer) {
    this.#text = text;
    this.#rows = rows;
    this.done = new Promise((resolve, reject) => {
      this.#settle = (error) => (error === undefined ? resolve() : reject(error));
    });
  }

  submit(connection: Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: unknown): void {
    const copy = connection as CopyConnection;
    copy.sendCopyFromChunk(this.#rows);
    copy.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#settle();
  }

  handleError(error: Error): void {
    this.#settle(error);
  }
}

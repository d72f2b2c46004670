/** Requests over a real socket whose path and headers travel exactly as they are written. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

export interface PlainRequest {
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** Its answer goes on for ever: what is told is its beginning. */
  readonly endless?: boolean;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Keeps its connections; `close` lets them go. */
export class PlainClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  /** A kept connection may have been ended by the server just then: once more, on a new one. */
  ask(asked: PlainRequest): Promise<PlainAnswer> {
    return this.#once(asked, this.#agent).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error;
      return this.#once(asked, false);
    });
  }

  #once(
    { port, method = 'GET', path, headers = {}, body, endless = false }: PlainRequest,
    agent: Agent | false,
  ): Promise<PlainAnswer> {
    return new Promise((resolve, reject) => {
      const own = { host: `localhost:${port}`, ...headers } as Record<string, string | string[]>;
      const options = { host: '127.0.0.1', port, method, path, headers: own, agent };
      const sent = request(options, (answer) => {
        const chunks: Buffer[] = [];
        const end = () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        const success = (answer.statusCode ?? 0) < 300;
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          if (endless && success) answer.destroy();
        });
        answer.on('close', end);
        answer.on('error', end);
        if (endless && success) setTimeout(() => answer.destroy(), 200).unref();
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** All that the server says until the connection ends; the bytes are sent one piece after the other. */
export function rawExchange(port: number, pieces: readonly string[], pauseMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const rest = [...pieces];
    const socket = connect(port, '127.0.0.1', () => next());
    const next = () => {
      const piece = rest.shift();
      if (piece === undefined || socket.destroyed) return;
      socket.write(Buffer.from(piece, 'latin1'), () => setTimeout(next, pauseMs).unref());
    };
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    );
  });
}

/** A real HTTP endpoint on loopback that answers as it is told to, and remembers what it was sent. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export interface Endpoint {
  readonly url: string;
  readonly received: Received[];
  /** How the next requests are answered. */
  answer: Answer;
  close(): Promise<void>;
}

export const answers = {
  status:
    (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
    (response) => {
      response.writeHead(status, headers).end(body);
    },
  hang: (() => undefined) as Answer,
  reset: ((response) => response.socket?.resetAndDestroy()) as Answer,
  /** A gigabyte, or as much of it as somebody takes. */
  flood: ((response) => {
    let left = 1_000_000_000;
    const pour = () => {
      while (left > 0 && !response.destroyed) {
        left -= 65_536;
        if (!response.write('x'.repeat(65_536))) return;
      }
      response.end();
    };
    response.on('drain', pour);
    pour();
  }) as Answer,
};

/** Takes everything but one occurrence, for good: of the first batch that holds another record beside it. */
export function refusingOne(why: string): Answer {
  let id: string | null = null;
  return (response, { body }) => {
    const lines = body.trimEnd().split('\n');
    const line = lines.length < 2 ? undefined : lines.find((each) => each.startsWith('{"schema":"tattle.event/'));
    if (id === null && line !== undefined) ({ id } = JSON.parse(line) as { id: string });
    const isRefused = id !== null && body.includes(`"id":${JSON.stringify(id)}`);
    response.writeHead(isRefused ? 400 : 204).end(isRefused ? why : '');
  };
}

/** One after the other, the last one for ever. */
export function inTurn(...turns: readonly Answer[]): Answer {
  let at = 0;
  return (response, received) => {
    const answer = turns[Math.min(at++, turns.length - 1)];
    answer?.(response, received);
  };
}

export async function startEndpoint(answer: Answer = answers.status(204)): Promise<Endpoint> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      const message = { path: request.url ?? '', headers: request.headers, body };
      received.push(message);
      endpoint.answer(response, message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

/** A real HTTP endpoint on loopback that answers as badly as it is told to, and remembers what it was sent. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  /** `POST`; empty where the other end speaks no HTTP. */
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export interface FaultyEndpoint {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** How the next requests are answered. */
  answer: Answer;
  /** Resolves once `count` requests have come. */
  heard(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Requests remembered; a test that sends more has run away. */
const MOST_RECEIVED = 1000;

export const answers = {
  status:
    (status: number, headers: Record<string, string> = {}): Answer =>
    (response) => {
      response.writeHead(status, headers).end();
    },
  json:
    (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
    (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    },
  hang: (() => undefined) as Answer,
  reset: ((response) => response.socket?.resetAndDestroy()) as Answer,
  flood: ((response) => {
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', pour);
    pour();
  }) as Answer,
  drip: ((response) => {
    const drops = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(drops));
  }) as Answer,
};

export async function faultyEndpoint(answer: Answer = answers.status(204)): Promise<FaultyEndpoint> {
  const received: Received[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const message = { method, path, headers, body: Buffer.concat(chunks).toString() };
      if (received.length < MOST_RECEIVED) received.push(message);
      endpoint.answer(response, message);
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint: FaultyEndpoint = {
    url: `http://127.0.0.1:${port}/`,
    port,
    received,
    answer,
    heard: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return endpoint;
}

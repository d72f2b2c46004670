/** A server that answers each question with what is given for it, and remembers what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface StandingServer {
  readonly url: string;
  /** `GET /api/v1/channels`, with the body where there was one. */
  readonly asked: { readonly question: string; readonly query: string; readonly body: unknown }[];
}

/** By `METHOD path`; what is not given is a 404. */
export async function standingServer(answers: Readonly<Record<string, unknown>>): Promise<StandingServer> {
  const asked: StandingServer['asked'][number][] = [];
  const times = new Map<string, number>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      const question = `${request.method} ${decodeURIComponent(pathname)}`;
      asked.push({ question, query: searchParams.toString(), body: text === '' ? null : JSON.parse(text) });
      const time = times.get(question) ?? 0;
      times.set(question, time + 1);
      const given = answers[question];
      const answer: unknown = given instanceof Sequence ? given.at(time) : given;
      if (answer instanceof Problem) return void response.writeHead(answer.status).end(JSON.stringify(answer.body));
      const missing = { detail: `Nothing is at ${question}.`, hint: 'h', requestId: 'r' };
      return void response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? missing));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** One answer after the other, the last one again and again. */
export class Sequence {
  readonly #answers: readonly unknown[];

  constructor(...answers: readonly unknown[]) {
    this.#answers = answers;
  }

  at(time: number): unknown {
    return this.#answers[Math.min(time, this.#answers.length - 1)];
  }
}

export class Problem {
  readonly status: number;
  readonly body: object;

  constructor(status: number, detail: string, more: object = {}) {
    this.status = status;
    this.body = { detail, hint: 'h', requestId: 'r', ...more };
  }
}

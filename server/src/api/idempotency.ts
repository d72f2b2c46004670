/** Idempotency-Key: a write that is sent again is answered as it was the first time, and not done again. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '@tattle/contract';
import type { Principal } from '../model/access.ts';
import type { Clock } from '../model/ports/process.ts';
import type { IdempotencyStore, StoredAnswer } from '../model/ports/access.ts';
import { RequestProblem } from './problem.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

export class OnceOnly {
  readonly #store: IdempotencyStore;
  readonly #clock: Clock;

  constructor(store: IdempotencyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** What failed is free to be tried again: only success is remembered. */
  async run(
    endpoint: Endpoint,
    { id }: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const shown = request.headers['idempotency-key'];
    if (shown === undefined) return work();
    const key = digest([id, request.method, request.url, keyOf(shown)]);
    const claim = await this.#store.begin(key, digest([request.body ?? null]), this.#clock.now());
    switch (claim.kind) {
      case 'answered':
        return repeat(claim.answer, reply);
      case 'under-way':
        throw refusal(
          409,
          'The first request with this Idempotency-Key is still being answered.',
          'Send it again later.',
        );
      case 'misused':
        throw refusal(422, 'This Idempotency-Key was used for another request.', 'Make a new key for each change.');
      case 'fresh':
        return this.#first(key, endpoint, reply, work);
    }
  }

  async #first(key: string, endpoint: Endpoint, reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await work();
    } catch (error) {
      // Should this fail, too, the claim is free after a minute.
      await this.#store.abandon(key).catch(() => undefined);
      throw error;
    }
    const body = endpoint.secretAnswer === true ? SECRET_SHOWN : JSON.stringify(answer);
    const status = endpoint.secretAnswer === true ? 409 : reply.statusCode;
    // It is done: whether it is remembered must not make it look undone.
    await this.#store.finish(key, { status, contentType: JSON_TYPE, body }).catch(() => undefined);
    return answer;
  }
}

/** What holds a secret is kept nowhere. */
const SECRET_SHOWN = '';

function repeat({ status, contentType, body }: StoredAnswer, reply: FastifyReply): FastifyReply {
  if (status === 409 && body === SECRET_SHOWN) {
    throw refusal(
      409,
      'It was made by the first request with this Idempotency-Key; its secret was shown then and is kept nowhere.',
      'Revoke it and make another, with another key.',
    );
  }
  return reply.code(status).header('idempotency-replayed', 'true').header('content-type', contentType).send(body);
}

function keyOf(shown: string | string[]): string {
  if (typeof shown === 'string' && /^[\x21-\x7e]{1,200}$/.test(shown)) return shown;
  throw refusal(
    400,
    'The Idempotency-Key is none.',
    'Send one of 1 to 200 printable characters without blanks, such as a UUID.',
  );
}

function refusal(status: number, detail: string, hint: string): RequestProblem {
  return new RequestProblem({ status, title: 'Not with this Idempotency-Key', detail, hint });
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** One cluster's HTTP: a keep-alive agent, credentials, rate limit and circuit breaker around node:http and node:https. */
import http from 'node:http';
import https from 'node:https';
import { CircuitBreaker } from '../kit/circuit-breaker.ts';
import { RateLimit, type RatePolicy } from '../kit/rate-limit.ts';
import type { Clock } from '../model/ports/process.ts';
import { AccessError, type ClusterAccess, type Presented } from './access.ts';
import { type Answer, fail, failureFromError, succeed } from './answer.ts';

/**
 * Silence after which the kernel asks the other side; Linux then gives up after ten more seconds, so that a black hole
 * is noticed well within a minute even where nothing is ever sent.
 */
const TCP_KEEPALIVE_MS = 20_000;
const FREE_SOCKETS = 8;
const BREAKER = { failures: 10, openMs: 2000, capMs: 15_000 };
/** While a trial call is under way, others look again after this. */
const TRIAL_WAIT_MS = 1000;

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly accept: string;
  readonly body?: string;
  /** How long the answer's headers may take. */
  readonly headersTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface TransportOptions {
  readonly access: ClusterAccess;
  readonly clock: Clock;
  readonly rateLimit: RatePolicy;
  readonly userAgent: string;
}

export class Transport {
  readonly #access: ClusterAccess;
  readonly #clock: Clock;
  readonly #userAgent: string;
  readonly #limiter: RateLimit;
  readonly #breaker: CircuitBreaker;
  readonly #agent: http.Agent;

  constructor(options: TransportOptions) {
    this.#access = options.access;
    this.#clock = options.clock;
    this.#userAgent = options.userAgent;
    this.#limiter = new RateLimit(options.rateLimit, options.clock);
    this.#breaker = new CircuitBreaker(BREAKER, options.clock);
    this.#agent = agentFor(options.access);
  }

  /**
   * Any HTTP answer is a success here, except that a 401 is tried once more with renewed credentials. The caller reads the
   * body to its end or destroys it. Throws the signal's reason when it aborts.
   */
  async send(request: KubeRequest): Promise<Answer<http.IncomingMessage>> {
    if (!this.#breaker.mayCall()) {
      const wait = Math.max(TRIAL_WAIT_MS, this.#breaker.opensAgainAt - this.#clock.now());
      const text = `${this.#access.server.host} failed repeatedly; not asked again for ${Math.ceil(wait / 1000)} s`;
      return fail('circuit-open', text, { retryAfterMs: wait });
    }
    this.#breaker.begin();
    let answer: Answer<http.IncomingMessage> | null = null;
    try {
      await this.#limiter.acquire(request.signal);
      answer = await this.#withCredentials(request);
      return answer;
    } finally {
      this.#learn(answer);
    }
  }

  /** Closes every connection, those in use too. */
  close(): void {
    this.#agent.destroy();
  }

  #learn(answer: Answer<http.IncomingMessage> | null): void {
    if (answer === null || (!answer.ok && answer.failure.kind === 'credentials')) return this.#breaker.abandoned();
    const code = answer.ok ? (answer.value.statusCode ?? 0) : 0;
    if (answer.ok && code !== 502 && code !== 503 && code !== 504) this.#breaker.succeeded();
    else this.#breaker.failed();
  }

  async #withCredentials(request: KubeRequest): Promise<Answer<http.IncomingMessage>> {
    const first = await this.#authenticated(request);
    if (!first.ok || first.value.statusCode !== 401 || !this.#access.credentials.renew()) return first;
    first.value.resume();
    return this.#authenticated(request);
  }

  async #authenticated(request: KubeRequest): Promise<Answer<http.IncomingMessage>> {
    let presented: Presented;
    let authority: string | null;
    try {
      [presented, authority] = await Promise.all([
        this.#access.credentials.present(request.signal),
        this.#access.authority(),
      ]);
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof AccessError) return fail('credentials', error.message);
      throw error;
    }
    const options = this.#requestOptions(request, presented, authority);
    const first = await this.#exchange(request, options);
    // A kept connection that the server closed just as we wrote to it says nothing about the server: once more on another.
    return first === 'stale-connection' ? this.#settle(await this.#exchange(request, options)) : first;
  }

  #settle(answer: Answer<http.IncomingMessage> | 'stale-connection'): Answer<http.IncomingMessage> {
    return answer === 'stale-connection' ? fail('network', 'kept connections were closed by the server') : answer;
  }

  #requestOptions(request: KubeRequest, presented: Presented, authority: string | null): https.RequestOptions {
    const { server, skipTlsVerify, tlsServerName } = this.#access;
    const prefix = server.pathname.replace(/\/+$/, '');
    return {
      agent: this.#agent,
      protocol: server.protocol,
      hostname: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port,
      method: request.method,
      path: `${prefix}${request.path}`,
      headers: {
        accept: request.accept,
        'user-agent': this.#userAgent,
        ...(request.body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(request.body) }),
        ...presented.headers,
      },
      ...(authority === null ? {} : { ca: authority }),
      ...(presented.certificate === null ? {} : { cert: presented.certificate }),
      ...(presented.key === null ? {} : { key: presented.key }),
      ...(tlsServerName === null ? {} : { servername: tlsServerName }),
      rejectUnauthorized: !skipTlsVerify,
    };
  }

  #exchange(
    request: KubeRequest,
    options: https.RequestOptions,
  ): Promise<Answer<http.IncomingMessage> | 'stale-connection'> {
    const { signal } = request;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const call = (options.protocol === 'https:' ? https : http).request({ ...options, signal });
      const timer = setTimeout(() => {
        call.destroy();
        resolve(fail('timeout', `no answer from ${this.#access.server.host} within ${request.headersTimeoutMs} ms`));
      }, request.headersTimeoutMs);
      call.once('response', (response) => {
        clearTimeout(timer);
        resolve(succeed(response));
      });
      // Stays attached: an error after the answer began reaches the response's reader too.
      call.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        if (signal.aborted) return reject(abortReason(signal));
        const stale = call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        resolve(
          stale && request.method === 'GET' ? 'stale-connection' : { ok: false, failure: failureFromError(error) },
        );
      });
      call.end(request.body);
    });
  }
}

function agentFor(access: ClusterAccess): http.Agent {
  const { proxyUrl } = access;
  const options = {
    keepAlive: true,
    keepAliveMsecs: TCP_KEEPALIVE_MS,
    maxFreeSockets: FREE_SOCKETS,
    ...(proxyUrl === null ? {} : { proxyEnv: { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } }),
  };
  return access.server.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
}

export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('stopped', { cause: reason });
}

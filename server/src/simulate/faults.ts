/** A script of faults that the simulated API server plays, changeable while it runs. */
import type { Clock } from '../model/ports/process.ts';
import { resourceName, type ApiRequest, type ApiVerb } from './api-request.ts';
import { failure, type ApiFailure } from './api-status.ts';

export type FaultEffect =
  /** An HTTP failure: 429 and 503 usually with Retry-After. */
  | { readonly kind: 'status'; readonly code: number; readonly message?: string; readonly retryAfterSeconds?: number }
  /** A watch that answers 200, gives so many changes (default 0) and then an ERROR, and ends. */
  | { readonly kind: 'stream-error'; readonly code: number; readonly message?: string; readonly afterChanges?: number }
  /** The connection stays and nothing comes; watches that are open fall silent, too. */
  | { readonly kind: 'silence' }
  /** The connection is reset, for a watch after so many changes (default 0). */
  | { readonly kind: 'reset'; readonly afterChanges?: number }
  /** 200 without a body, as some servers answer a watch from a version that is gone. */
  | { readonly kind: 'empty' }
  /** 403 in the API server's words; access reviews say so, too. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'slow'; readonly delayMs: number };

export interface Fault {
  readonly effect: FaultEffect;
  /** Everything unset matches everything. */
  readonly verb?: ApiVerb;
  /** `pods`, `deployments.apps`, `events.events.k8s.io`. */
  readonly resource?: string;
  readonly namespace?: string;
  /** The beginning of the path. */
  readonly path?: string;
  /** Lets so many matching requests pass first. */
  readonly skip?: number;
  /** Then strikes so many; without it, every one. */
  readonly times?: number;
  /** Strikes only between these milliseconds since the cluster started. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

interface Armed {
  readonly fault: Fault;
  matched: number;
}

/** More is a runaway test. */
const MOST_FAULTS = 1000;

export class FaultScript {
  readonly #clock: Clock;
  readonly #startedAt: number;
  #armed: Armed[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock, faults: readonly Fault[]) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    for (const fault of faults) this.add(fault);
  }

  /** Returns the function that takes it away again. */
  add(fault: Fault): () => void {
    if (this.#armed.length >= MOST_FAULTS) throw new Error(`more than ${MOST_FAULTS} faults in the script`);
    const armed = { fault, matched: 0 };
    this.#armed.push(armed);
    this.#announce();
    return () => {
      this.#armed = this.#armed.filter((other) => other !== armed);
      this.#announce();
    };
  }

  clear(): void {
    this.#armed = [];
    this.#announce();
  }

  /** What happens to this request: the first fault that strikes. Counts it for `skip` and `times`. */
  strike(request: ApiRequest): FaultEffect | null {
    for (const armed of this.#armed) {
      if (!this.#applies(armed.fault, request)) continue;
      armed.matched += 1;
      const skipped = armed.fault.skip ?? 0;
      if (armed.matched <= skipped || armed.matched > skipped + (armed.fault.times ?? Infinity)) continue;
      return armed.fault.effect;
    }
    return null;
  }

  /** Whether an open watch is to be silent now. */
  silences(request: ApiRequest): boolean {
    return this.#armed.some(
      ({ fault }) => fault.effect.kind === 'silence' && fault.times === undefined && this.#applies(fault, request),
    );
  }

  denies(request: ApiRequest): boolean {
    return this.#armed.some(({ fault }) => fault.effect.kind === 'denied' && this.#applies(fault, request));
  }

  /** Calls back when the script changes; returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #applies(fault: Fault, request: ApiRequest): boolean {
    const since = this.#clock.now() - this.#startedAt;
    return (
      (fault.verb === undefined || fault.verb === request.verb) &&
      (fault.resource === undefined || fault.resource === resourceName(request)) &&
      (fault.namespace === undefined || fault.namespace === request.namespace) &&
      (fault.path === undefined || request.path.startsWith(fault.path)) &&
      since >= (fault.fromMs ?? 0) &&
      since < (fault.untilMs ?? Infinity)
    );
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

export function denial(request: ApiRequest): ApiFailure {
  const verb = request.verb === 'log' ? 'get' : request.verb;
  const resource = request.verb === 'log' ? 'pods/log' : request.resource;
  const named = request.name === '' ? resourceName(request) : `${resourceName(request)} "${request.name}"`;
  const scope = request.namespace === '' ? 'at the cluster scope' : `in the namespace "${request.namespace}"`;
  const user = 'system:serviceaccount:tattle:tattle';
  return failure(
    403,
    `${named} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${request.group}" ${scope}`,
    {
      details: { group: request.group, kind: request.resource, ...(request.name === '' ? {} : { name: request.name }) },
    },
  );
}

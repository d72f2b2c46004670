/**
 * What was done last about each incident: jobs and deliveries come by way of the store, in traces of their own, and are linked to
 * what led to them, as far as this process did it.
 */
import type { SpanContext } from '@opentelemetry/api';

/** Incidents that are remembered; the longest untouched goes first. */
const MOST = 2000;

export class IncidentLinks {
  readonly #last = new Map<string, SpanContext>();

  lastOf(incidentId: string): SpanContext | undefined {
    return this.#last.get(incidentId);
  }

  remember(incidentId: string, context: SpanContext): void {
    this.#last.delete(incidentId);
    this.#last.set(incidentId, context);
    if (this.#last.size <= MOST) return;
    const [oldest] = this.#last.keys();
    if (oldest !== undefined) this.#last.delete(oldest);
  }
}

/** A cluster reader that keeps to a rate and never waits for long: its failures become values where they can. */
import type { RateLimit } from '../kit/rate-limit.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import type { Prometheus } from './prometheus.ts';

export function limitedReader(reader: ClusterReader | undefined, limit: RateLimit, timeoutMs: number): ClusterReader {
  async function call<Answer>(
    signal: AbortSignal,
    ask: (reader: ClusterReader, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    if (reader === undefined) throw new Error('the cluster is not connected');
    await limit.acquire(signal);
    const timeUp = AbortSignal.timeout(timeoutMs);
    try {
      return await ask(reader, AbortSignal.any([signal, timeUp]));
    } catch (error) {
      if (!timeUp.aborted || signal.aborted) throw error;
      throw new Error(`the API server did not answer within ${timeoutMs} ms`, { cause: error });
    }
  }

  return {
    getObject: (ref, signal) => call(signal, (asked, cut) => asked.getObject(ref, cut)),
    podLog: async (request, signal) => {
      try {
        return await call(signal, (asked, cut) => asked.podLog(request, cut));
      } catch (error) {
        return { kind: 'error', error: error instanceof Error ? error.message : String(error) };
      }
    },
    listObjects: (kind, namespace, signal) => call(signal, (asked, cut) => asked.listObjects(kind, namespace, cut)),
    podMetrics: (namespace, pod, signal) => call(signal, (asked, cut) => asked.podMetrics(namespace, pod, cut)),
  };
}

/** Bounds its own time. */
export function limitedPrometheus(prometheus: Prometheus | undefined, limit: RateLimit): Prometheus | null {
  if (prometheus === undefined) return null;
  return {
    range: async (query, signal) => {
      await limit.acquire(signal);
      return prometheus.range(query, signal);
    },
  };
}

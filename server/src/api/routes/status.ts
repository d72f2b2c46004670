/** How Tattle is doing: for probes, for Prometheus, and for people. */
import type { FastifyInstance } from 'fastify';
import type { WireNamespaces, WireStatus } from '@tattle/contract';
import { Parameters } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';
import { assessReadiness } from '../readiness.ts';
import { rfc3339 } from '../times.ts';
import { orNull } from '../wire.ts';

const GAPS_SHOWN = 100;

export function statusRoutes(server: FastifyInstance, ports: ApiPorts): void {
  const { access, clock, history, settings } = ports;

  server.get('/healthz', { config: { open: true, anyHost: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send('ok\n'),
  );

  server.get('/readyz', { config: { open: true } }, async (_request, reply) => {
    const readiness = assessReadiness(ports.status());
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });

  server.get('/metrics', { config: { open: access.loopback } }, async (_request, reply) => {
    const { contentType, text } = await ports.metrics();
    return reply.header('content-type', contentType).send(text);
  });

  server.get('/api/v1/status', async (request): Promise<WireStatus> => {
    new Parameters(request.url, []);
    const status = ports.status();
    const [gaps, jobs] = await Promise.all([history.gaps(GAPS_SHOWN), ports.pendingJobs()]);
    return {
      version: ports.version,
      startedAt: rfc3339(status.startedAt),
      now: rfc3339(clock.now()),
      ready: assessReadiness(status).ready,
      streams: status.streams.map(({ cluster, stream, health, since, lastHeard, detail }) => ({
        cluster: cluster.uid,
        clusterName: cluster.name,
        stream,
        health,
        since: rfc3339(since),
        lastHeard: orNull(lastHeard),
        detail,
      })),
      gaps: gaps.map(({ clusterUid, stream, reason, from, to, detail }) => ({
        cluster: clusterUid,
        stream,
        reason,
        from: rfc3339(from),
        to: orNull(to),
        detail,
      })),
      store: status.store,
      queue: { ...status.queue, jobs },
      tally: status.tally,
      notices: [...status.notices],
    };
  });

  server.get('/api/v1/namespaces', async (request): Promise<WireNamespaces> => {
    new Parameters(request.url, []);
    const stored = await history.namespaces();
    const seen = new Map<string, WireNamespaces['items'][number]>();
    const add = (cluster: string, namespace: string, events: number) => {
      const key = JSON.stringify([cluster, namespace]);
      if (namespace === '' || seen.has(key)) return;
      seen.set(key, { cluster, namespace, events, monitored: settings.monitors(namespace) });
    };
    for (const { cluster, namespace, events } of stored) add(cluster, namespace, events);
    for (const { cluster, namespace } of ports.knownNamespaces()) add(cluster, namespace, 0);
    return { items: [...seen.values()].sort(byName) };
  });
}

function byName(a: { namespace: string; cluster: string }, b: { namespace: string; cluster: string }): number {
  return compare(a.namespace, b.namespace) || compare(a.cluster, b.cluster);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

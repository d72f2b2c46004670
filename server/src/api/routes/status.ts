/** How Tattle is doing: for probes, for Prometheus, and for people. */
import { endpoints, type WireQueue } from '@tattle/contract';
import { covers, touchesCluster } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import type { StreamStatus } from '../../model/ports/source.ts';
import { scoped } from '../filters.ts';
import type { ApiPorts } from '../ports.ts';
import { assessReadiness } from '../readiness.ts';
import type { Routes } from '../registry.ts';
import { rfc3339 } from '../times.ts';
import { orNull, wireGap } from '../wire.ts';

const GAPS_SHOWN = 100;

export function statusRoutes(routes: Routes, ports: ApiPorts): void {
  const { access, clock, history } = ports;

  routes.add(endpoints.healthz, async ({ reply }) => reply.type('text/plain; charset=utf-8').send('ok\n'), {
    anyHost: true,
    anonymous: true,
  });

  routes.add(
    endpoints.readyz,
    async ({ reply }) => {
      const readiness = assessReadiness(ports.status());
      reply.code(readiness.ready ? 200 : 503);
      return readiness;
    },
    { anonymous: true },
  );

  // Prometheus on this machine needs no token, as nobody else can ask: unless a proxy on this machine asks for them.
  routes.add(
    endpoints.metrics,
    async ({ reply }) => {
      const { contentType, text } = await ports.metrics();
      return reply.header('content-type', contentType).send(text);
    },
    access.loopback && ports.trustedProxies.length === 0 ? { rule: 'open' } : {},
  );

  routes.add(endpoints.getStatus, async ({ scope }) => {
    const status = ports.status();
    const gaps = await history.gaps({ limit: GAPS_SHOWN, ...scoped(scope) });
    return {
      version: ports.version,
      startedAt: rfc3339(status.startedAt),
      now: rfc3339(clock.now()),
      ready: assessReadiness(status).ready,
      streams: status.streams
        .filter((stream) => isSeen(stream, scope))
        .map(({ cluster, stream, health, since, lastHeard, detail }) => ({
          cluster: cluster.uid,
          clusterName: cluster.name,
          stream,
          health,
          since: rfc3339(since),
          lastHeard: orNull(lastHeard),
          detail,
        })),
      gaps: gaps.map(wireGap),
      store: status.store,
      queue: await queueOf(ports),
      tally: scope === 'everything' ? status.tally : null,
      sinks: scope === 'everything' ? [...ports.sinks.now()] : null,
      notices: [...status.notices],
    };
  });

  routes.add(endpoints.getQueue, () => queueOf(ports));
}

/** A stream may be of one namespace: `v1/events@shop`. */
function isSeen({ cluster, stream }: StreamStatus, scope: Scope): boolean {
  const [, namespace] = stream.split('@');
  return namespace === undefined ? touchesCluster(scope, cluster) : covers(scope, { cluster, namespace });
}

async function queueOf(ports: Pick<ApiPorts, 'status' | 'pendingJobs'>): Promise<WireQueue> {
  return { ...ports.status().queue, jobs: await ports.pendingJobs() };
}

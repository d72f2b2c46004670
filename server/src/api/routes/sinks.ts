/** Sinks: how each stands, what its other side refused, and sending that again. */
import { endpoints, type WireSink, type WireSinkRefusal } from '@tattle/contract';
import type { KeptRefusal } from '../../model/sink.ts';
import { pageOf } from '../filters.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound, type RequestProblem } from '../problem.ts';
import type { Routes } from '../registry.ts';
import type { SinkView } from '../sinks.ts';
import { rfc3339 } from '../times.ts';
import { orNull } from '../wire.ts';

type Ports = Pick<ApiPorts, 'sinks' | 'audit' | 'clock'>;

export function sinkRoutes(routes: Routes, { sinks, audit, clock }: Ports): void {
  routes.add(endpoints.listSinks, async () => ({ items: (await sinks.list()).map(wireSink) }));

  routes.add(endpoints.listSinkRefusals, async ({ params, query }) => {
    const page = await sinks.refusals(params.name, pageOf(query));
    if (page === null) throw noSink(params.name);
    return { items: page.items.map(wireRefusal), nextCursor: page.nextCursor, partial: false };
  });

  routes.add(endpoints.replaySinkRefusals, async ({ params, body, principal }) => {
    const waiting = await sinks.replay(params.name, body.ids ?? null);
    if (waiting === null) throw noSink(params.name);
    if (waiting > 0) {
      const detail = { ...body, waiting };
      await audit.record([
        { at: clock.now(), actor: principal.id, action: 'sink.replay', target: params.name, detail },
      ]);
    }
    return { waiting };
  });
}

function noSink(name: string): RequestProblem {
  return notFound(`There is no sink ${JSON.stringify(name)}.`, 'GET /api/v1/sinks lists those that there are.');
}

function wireSink({ name, type, target, takes, state, standing, runBy }: SinkView): WireSink {
  const { catchingUp, lagMs, waiting, refused, health } = standing;
  const { include, minimumSeverity, namespaces } = takes;
  return {
    ...{ name, type, target, state, waiting, refused, runBy },
    takes: { include, minimumSeverity, namespaces: namespaces === null ? null : [...namespaces] },
    stage: catchingUp ? 'catching-up' : 'following',
    behindSeconds: Math.round(lagMs / 1000),
    lastTakenAt: orNull(health.takenAt),
    failingSince: orNull(health.failingSince),
    lastError: health.error === null ? null : { at: rfc3339(health.error.at), error: health.error.text },
  };
}

function wireRefusal({ at, ...refusal }: KeptRefusal): WireSinkRefusal {
  return { ...refusal, at: rfc3339(at) };
}

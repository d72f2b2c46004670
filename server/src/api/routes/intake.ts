/** What others hand in: alerts, CloudEvents, an application's own words, logs. Answered with 2xx once it is on the store's disk. */
import { endpoints, type WireIntakeAnswer } from '@tattle/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Scope } from '../../model/access.ts';
import { invalidBody } from '../body.ts';
import { jsonOf, takeBytes, textOf } from '../handed-in/body.ts';
import { cloudEventItems, eventItems } from '../handed-in/items.ts';
import type { ApiPorts, IntakeReport } from '../ports.ts';
import { RequestProblem } from '../problem.ts';
import { notAllowed } from '../refusals.ts';
import type { Routes } from '../registry.ts';

/** Told of them by name; the others are only counted. */
const MOST_FAULTS = 100;

/** `server`: one whose bodies are none but these. */
export function intakeRoutes(routes: Routes, server: FastifyInstance, { takeIn }: Pick<ApiPorts, 'takeIn'>): void {
  takeBytes(server);
  const { takeAlerts, takeCloudEvents, takeEvents, takeOtlpLogs } = endpoints;
  const taken = (report: IntakeReport, hint: string, scope: Scope, reply: FastifyReply) =>
    answerTo(report, hint, scope, reply, takeIn);

  routes.add(takeAlerts, async ({ request, reply, scope }) => {
    const message = jsonOf(await textOf(request), takeAlerts.bodyHint);
    return taken({ format: 'alertmanager', message }, takeAlerts.bodyHint, scope, reply);
  });
  routes.add(takeCloudEvents, async ({ request, reply, scope }) => {
    const items = cloudEventItems(await textOf(request), request.headers);
    return taken({ format: 'cloudevents', items }, takeCloudEvents.bodyHint, scope, reply);
  });
  routes.add(takeEvents, async ({ request, reply, scope }) => {
    const items = eventItems(await textOf(request));
    return taken({ format: 'events', items }, takeEvents.bodyHint, scope, reply);
  });
  routes.add(takeOtlpLogs, async ({ request, reply, scope }) => {
    if (/protobuf/i.test(request.headers['content-type'] ?? '')) throw notProtobuf();
    const message = jsonOf(await textOf(request), takeOtlpLogs.bodyHint);
    const { faulty, faults } = await taken({ format: 'otlp-logs', message }, takeOtlpLogs.bodyHint, scope, reply);
    if (faulty === 0) return {};
    const errorMessage = faults.map(({ at, message: fault }) => `${at}: ${fault}`).join('; ');
    return { partialSuccess: { rejectedLogRecords: String(faulty), errorMessage } };
  });
}

async function answerTo(
  report: IntakeReport,
  hint: string,
  scope: Scope,
  reply: FastifyReply,
  takeIn: ApiPorts['takeIn'],
): Promise<WireIntakeAnswer> {
  const outcome = await takeIn(report, scope);
  switch (outcome.kind) {
    case 'taken': {
      const { taken, dropped, faults } = outcome;
      return { taken, dropped, faults: faults.slice(0, MOST_FAULTS).map(plainFault), faulty: faults.length };
    }
    case 'unreadable':
      throw invalidBody(
        outcome.faults.slice(0, MOST_FAULTS).map(({ at, message }) => ({ path: at, message })),
        hint,
      );
    case 'too-many':
      throw new RequestProblem({
        status: 413,
        title: 'The body is too large',
        detail: `It holds ${outcome.count} items.`,
        hint: `Send ${outcome.most} at the most; of Alertmanager, set max_alerts.`,
      });
    case 'outside':
      throw notAllowed('Everything in it is about places that you may not report about.');
    case 'busy':
      reply.header('retry-after', String(Math.ceil(outcome.retryAfterMs / 1000)));
      throw new RequestProblem({
        status: 503,
        title: 'Not now',
        detail: `${outcome.why}: not all of it is stored.`,
        hint: 'Send all of it again after Retry-After; what is stored already is known by its id.',
      });
  }
}

function plainFault({ at, message }: { readonly at: string; readonly message: string }) {
  return { at, message };
}

function notProtobuf(): RequestProblem {
  return new RequestProblem({
    status: 415,
    title: 'Not a known type of body',
    detail: 'OTLP is read as JSON here, not as protobuf.',
    hint: 'Set "encoding: json" on the otlphttp exporter of the Collector; SDKs: OTEL_EXPORTER_OTLP_PROTOCOL=http/json.',
  });
}

/** What others hand in: alerts, CloudEvents, an application's own words, logs. Answered with 2xx once it is on the store's disk. */
import { type Endpoint, endpoints, type WireIntakeAnswer } from '@tattle/contract';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { invalidBody } from '../body.ts';
import { bytesOf, jsonOf, takeBytes, textOf } from '../handed-in/body.ts';
import { cloudEventItems, eventItems } from '../handed-in/items.ts';
import { answerInKind, isProtobuf } from '../handed-in/otlp-answer.ts';
import { otlpLogsOf } from '../handed-in/otlp-protobuf.ts';
import type { ApiPorts, IntakeReport, IntakeSender } from '../ports.ts';
import { RequestProblem } from '../problem.ts';
import { notAllowed } from '../refusals.ts';
import type { Call, Routes } from '../registry.ts';

/** Told of them by name; the others are only counted. */
const MOST_FAULTS = 100;

/** `server`: one whose bodies are none but these. */
export function intakeRoutes(routes: Routes, server: FastifyInstance, { takeIn }: Pick<ApiPorts, 'takeIn'>): void {
  takeBytes(server);
  const { takeAlerts, takeCloudEvents, takeEvents, takeOtlpLogs } = endpoints;
  answerInKind(server, takeOtlpLogs);
  const taken = (report: IntakeReport, hint: string, { principal, scope, reply }: Sent) =>
    answerTo(report, hint, { id: principal.id, scope }, reply, takeIn);

  routes.add(takeAlerts, async (sent) => {
    const message = jsonOf(await textOf(sent.request), takeAlerts.bodyHint);
    return taken({ format: 'alertmanager', message }, takeAlerts.bodyHint, sent);
  });
  routes.add(takeCloudEvents, async (sent) => {
    const items = cloudEventItems(await textOf(sent.request), sent.request.headers);
    return taken({ format: 'cloudevents', items }, takeCloudEvents.bodyHint, sent);
  });
  routes.add(takeEvents, async (sent) => {
    const items = eventItems(await textOf(sent.request));
    return taken({ format: 'events', items }, takeEvents.bodyHint, sent);
  });
  routes.add(takeOtlpLogs, async (sent) => {
    const hint = takeOtlpLogs.bodyHint;
    const { request } = sent;
    const message = isProtobuf(request)
      ? otlpLogsOf(await bytesOf(request), hint)
      : jsonOf(await textOf(request), hint);
    const { faulty, faults, notes } = await taken({ format: 'otlp-logs', message }, hint, sent);
    const words = [...faults.map(({ at, message: fault }) => `${at}: ${fault}`), ...notes];
    if (words.length === 0) return {};
    // Without a rejected record it is a warning.
    return { partialSuccess: { rejectedLogRecords: String(faulty), errorMessage: words.join('; ') } };
  });
}

/** Of a request, who sent it and how it is answered. */
type Sent = Pick<Call<Endpoint>, 'principal' | 'scope' | 'reply'>;

async function answerTo(
  report: IntakeReport,
  hint: string,
  sender: IntakeSender,
  reply: FastifyReply,
  takeIn: ApiPorts['takeIn'],
): Promise<WireIntakeAnswer> {
  const outcome = await takeIn(report, sender);
  switch (outcome.kind) {
    case 'taken': {
      const { taken, dropped, faults, notes } = outcome;
      return {
        ...{ taken, dropped, notes: [...notes] },
        ...{ faults: faults.slice(0, MOST_FAULTS).map(plainFault), faulty: faults.length },
      };
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

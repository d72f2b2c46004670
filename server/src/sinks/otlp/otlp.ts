/** OpenTelemetry logs over HTTP, in the JSON encoding. */
import type { GuardedResponse } from '../../kit/guarded-fetch.ts';
import { count, fields, text } from '../../kit/fields.ts';
import type { Sink, SinkOutcome } from '../../model/sink.ts';
import { createPost, excerpt, outcomeOfAnswer } from '../http-exchange.ts';
import { hostOf, HTTP_SECRETS, httpShape, sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';
import { withPath } from '../with-path.ts';
import { exportLogsRequest } from './log-records.ts';

const schema = sinkSettings('otlp', httpShape);
/** Of the records' form, as the instrumentation scope tells it. */
const SCOPE_VERSION = '1';

export const otlp = defineSink({
  type: 'otlp',
  schema,
  secrets: HTTP_SECRETS,
  target: hostOf,
  create: (settings, context): Sink => {
    const post = createPost(settings, context);
    const url = withPath(settings.url, '/v1/logs');
    return {
      name: settings.name,
      type: 'otlp',
      send: async (batch, signal) => {
        const body = JSON.stringify(exportLogsRequest(batch, SCOPE_VERSION));
        const answer = await post({ url, body, contentType: 'application/json' }, signal);
        const outcome = outcomeOfAnswer(answer, context.clock.now());
        return outcome.kind === 'taken' ? partialSuccess(answer, batch.length) : outcome;
      },
      close: async () => undefined,
    };
  },
});

/** What is rejected so must not be sent again, and is not named. */
function partialSuccess(answer: GuardedResponse, sent: number): SinkOutcome {
  if (answer.kind !== 'response' || answer.truncated) return { kind: 'taken' };
  const partial = fields(fields(parsed(answer.body))['partialSuccess']);
  const rejected = Math.min(sent, count(partial['rejectedLogRecords']));
  if (rejected === 0) return { kind: 'taken' };
  return { kind: 'taken', uncounted: { count: rejected, reason: excerpt(text(partial['errorMessage'], 1000)) } };
}

/** Protobuf, or nothing at all, where a server does not keep to the encoding that it was asked in. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

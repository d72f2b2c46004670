/** Any HTTP endpoint that takes batches as JSON lines; a status of 2xx is the acknowledgement of all of them. */
import type { Sink } from '../../model/sink.ts';
import { createPost, outcomeOfAnswer } from '../http-exchange.ts';
import { hostOf, HTTP_SECRETS, httpShape, sinkSettings } from '../settings.ts';
import { defineSink } from '../sink-type.ts';

const schema = sinkSettings('http', httpShape);

export const http = defineSink({
  type: 'http',
  schema,
  secrets: HTTP_SECRETS,
  target: hostOf,
  create: (settings, context): Sink => {
    const post = createPost(settings, context);
    return {
      name: settings.name,
      type: 'http',
      send: async (batch, signal) => {
        const body = batch.map(({ json }) => `${json}\n`).join('');
        return outcomeOfAnswer(await post({ body, contentType: 'application/x-ndjson' }, signal), context.clock.now());
      },
      close: async () => undefined,
    };
  },
});

/** Sinks: how each stands, what its other side refused, and sending that again. */
import { endpoint } from '../endpoint.ts';
import { cursor, limit } from '../parameters.ts';
import { sinkRefusalPage, sinkReplay, sinkReplayed, sinks } from '../sink.ts';

/** Errors and refusals quote records of any place. */
const reading = { role: 'viewer', scope: 'whole' } as const;
const params = { name: 'Its name.' };

export const sinkEndpoints = {
  listSinks: endpoint({
    id: 'listSinks',
    method: 'GET',
    path: '/api/v1/sinks',
    tag: 'Sinks',
    summary: 'Sinks, how far behind each is, and what is wrong with it',
    description: 'The same on every replica; what it tells of a sink is a few seconds old at the most.',
    access: reading,
    answer: sinks,
  }),
  listSinkRefusals: endpoint({
    id: 'listSinkRefusals',
    method: 'GET',
    path: '/api/v1/sinks/{name}/refusals',
    tag: 'Sinks',
    summary: 'What the other side refused for good, the newest first',
    access: reading,
    params,
    query: { limit: limit(100, 1000), cursor },
    answer: sinkRefusalPage,
  }),
  replaySinkRefusals: endpoint({
    id: 'replaySinkRefusals',
    method: 'POST',
    path: '/api/v1/sinks/{name}/refusals/replay',
    tag: 'Sinks',
    summary: 'Send again what was refused, once the other side is mended',
    description:
      'Whoever runs the sink sends each once, soon, under the same id: an occurrence as it was, an incident as it is then. What is taken leaves the list; what is refused again stays, with the new reason.',
    access: { role: 'operator', scope: 'whole' },
    params,
    body: sinkReplay,
    bodyOptional: true,
    bodyHint: 'Send {"ids": [...]}, or {} for all.',
    answer: sinkReplayed,
  }),
};

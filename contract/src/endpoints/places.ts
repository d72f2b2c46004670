/** What happened at a place: changes of objects, and the timeline that puts them beside events, incidents and gaps. */
import { changePage } from '../change.ts';
import { endpoint } from '../endpoint.ts';
import { cursor, limit, place, range } from '../parameters.ts';
import { placeTimeline } from '../place-timeline.ts';

const access = { role: 'viewer', scope: 'applied' } as const;

export const placeEndpoints = {
  listChanges: endpoint({
    id: 'listChanges',
    method: 'GET',
    path: '/api/v1/changes',
    tag: 'Places',
    summary: 'What was changed on objects, field by field, the newest first',
    access,
    query: { ...place, ...range, limit: limit(100, 1000), cursor },
    answer: changePage,
  }),
  timeline: endpoint({
    id: 'timeline',
    method: 'GET',
    path: '/api/v1/timeline',
    tag: 'Places',
    summary: 'Events, changes, incidents and gaps of a place together, oldest first',
    description:
      'Without `from`, the day before `to`. Gaps of a cluster are told whatever namespace, kind and name are asked for: silence must not look like health.',
    access,
    query: { ...place, ...range, limit: limit(200, 1000) },
    answer: placeTimeline,
  }),
};

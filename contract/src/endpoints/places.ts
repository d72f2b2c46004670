/** What happened at a place: changes of objects, the timeline that puts them beside events, incidents and gaps, and one object. */
import { changePage } from '../change.ts';
import { endpoint } from '../endpoint.ts';
import { knownObject } from '../object.ts';
import { cursor, exactText, limit, place, range } from '../parameters.ts';
import { placeTimeline } from '../place-timeline.ts';

const named = exactText.min(1, 'is empty');

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
  getObject: endpoint({
    id: 'getObject',
    method: 'GET',
    path: '/api/v1/object',
    tag: 'Places',
    summary: 'All that is known of one object, also after its deletion',
    description:
      'From what is watched and what is stored: no cluster is asked. What is stored is told of all objects that had this name in turn.',
    access,
    query: {
      cluster: exactText.optional().describe('Uid or name. May be left out where the caller sees one watched cluster.'),
      kind: named.describe('Such as `Deployment`.'),
      namespace: exactText.default('').describe('Empty for cluster-scoped objects.'),
      name: named.describe('As it stands.'),
      uid: exactText.optional().describe('Which of several objects that had this name in turn; left out, the newest.'),
    },
    answer: knownObject,
  }),
};

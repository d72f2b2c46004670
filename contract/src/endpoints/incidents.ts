/** Incidents: reading them, and what people do to them. */
import { z } from 'zod';
import { testIncidentBegun, testIncidentRequest } from '../checks.ts';
import { endpoint } from '../endpoint.ts';
import { category, severity } from '../event.ts';
import { incidentDetail, incidentFacets, incidentField, incidentPage, incidentState } from '../incident.ts';
import { incidentExport } from '../incident-export.ts';
import { incidentAct, incidentActed } from '../incident-act.ts';
import { noticeDecisions } from '../notice-decision.ts';
import { anyOf, cursor, limit, q, range, texts } from '../parameters.ts';

const reading = { role: 'viewer', scope: 'applied' } as const;

const incidentFilter = {
  cluster: texts.describe('Uid or name.'),
  namespace: texts.describe('Of the root, or of what was noticed first.'),
  kind: texts.describe('Of the root.'),
  name: texts.describe('Of the root.'),
  state: anyOf(incidentState.options),
  severity: anyOf(severity.options),
  category: anyOf(category.options),
  condition: texts.describe('Of the incident, such as `OOMKilled`.'),
  cause: texts.describe('Of the diagnosis, such as `missing-configuration`.'),
  ...range,
  q,
};

const params = { id: 'The id, or the beginning of it that no other shares.' };

function act<const Name extends keyof typeof incidentAct>(name: Name, summary: string, bodyHint: string) {
  return endpoint({
    id: `${name}Incident`,
    method: 'POST',
    path: `/api/v1/incidents/{id}/${name}`,
    tag: 'Incidents',
    summary,
    access: { role: 'operator', scope: 'applied' },
    params,
    body: incidentAct[name],
    bodyOptional: name === 'acknowledge' || name === 'resolve',
    bodyHint,
    answer: incidentActed,
  });
}

const BY_TEXT = 'Send {"text": "…"}.';

export const incidentEndpoints = {
  listNoticeDecisions: endpoint({
    id: 'listNoticeDecisions',
    method: 'GET',
    path: '/api/v1/incidents/{id}/decisions',
    tag: 'Incidents',
    summary: 'Why somebody was, or was not, told of it',
    description: 'Nothing where the incident is seen in part only: notices tell of all of it.',
    access: reading,
    params,
    answer: noticeDecisions,
  }),
  listIncidents: endpoint({
    id: 'listIncidents',
    method: 'GET',
    path: '/api/v1/incidents',
    tag: 'Incidents',
    summary: 'Incidents, the newest first',
    description:
      'A range takes those that went on at any time in it. What was merged into another incident is left out.',
    access: reading,
    query: {
      ...incidentFilter,
      view: z
        .enum(['brief', 'full'])
        .default('brief')
        .describe('`full` brings each with its changes, strands and timeline; the limit is 200 then.'),
      limit: limit(100, 1000),
      cursor,
    },
    answer: incidentPage,
  }),
  incidentFacets: endpoint({
    id: 'incidentFacets',
    method: 'GET',
    path: '/api/v1/incidents/facets',
    tag: 'Incidents',
    summary: 'How many incidents have each value of a field',
    description: 'A field’s own filter is ignored in its counts.',
    access: reading,
    query: {
      ...incidentFilter,
      field: z.array(incidentField).default([]).describe('The fields to count; left out, all.'),
      limit: limit(20, 200).describe('How many values of each field at the most, 1 to 200.'),
    },
    answer: incidentFacets,
  }),
  getIncident: endpoint({
    id: 'getIncident',
    method: 'GET',
    path: '/api/v1/incidents/{id}',
    tag: 'Incidents',
    summary: 'One incident with its evidence',
    access: reading,
    params,
    answer: incidentDetail,
  }),
  exportIncident: endpoint({
    id: 'exportIncident',
    method: 'GET',
    path: '/api/v1/incidents/{id}/export',
    tag: 'Incidents',
    summary: 'One incident as a file that stands alone',
    description:
      'HTML opens without a network and holds the JSON, too; `tattle demo FILE` plays either again. The JSON is an IncidentExport. What is left out to bound its size is said in it.',
    access: reading,
    params,
    query: {
      format: z.enum(['html', 'json']).default('html').describe('`html`: a page for people, with the JSON in it.'),
    },
    answer: ['text/html', 'application/json'],
    jsonText: incidentExport,
  }),
  testIncident: endpoint({
    id: 'testIncident',
    method: 'POST',
    path: '/api/v1/test-incident',
    tag: 'Incidents',
    summary: 'Put a made-up problem through everything: it is told to the channels, and resolves after about a minute',
    description:
      'It says of itself that it is a test, and obeys the filters: 409 where they leave it out, with what to change; then nothing was made. Once a minute for each cluster and process: 429 with Retry-After.',
    access: { role: 'operator', scope: 'applied' },
    body: testIncidentRequest,
    bodyOptional: true,
    bodyHint: 'Send {} or {"cluster": "prod", "namespace": "shop"}.',
    status: 202,
    answer: testIncidentBegun,
  }),
  acknowledgeIncident: act('acknowledge', 'Say that somebody is looking at it', BY_TEXT),
  resolveIncident: act('resolve', 'Close it by hand, or say afterwards what fixed it', BY_TEXT),
  noteIncident: act('note', 'Write a note into its timeline', BY_TEXT),
  mergeIncident: act(
    'merge',
    'Make several one: the others go on in this one',
    'Send {"incidents": ["id", …], "text": "why"}.',
  ),
  unmergeIncident: act('unmerge', 'Take a merge back', BY_TEXT),
  splitIncident: act(
    'split',
    'Make part of it an incident of its own',
    'Send {"objects": ["Deployment/web"], "conditions": [], "text": "why"}.',
  ),
};

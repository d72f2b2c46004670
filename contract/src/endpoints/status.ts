/** How Tattle is doing: for people, for probes, for Prometheus. */
import { checks } from '../checks.ts';
import { endpoint } from '../endpoint.ts';
import { queue, readiness, status } from '../status.ts';

const reading = { role: 'viewer', scope: 'applied' } as const;

export const statusEndpoints = {
  getStatus: endpoint({
    id: 'getStatus',
    method: 'GET',
    path: '/api/v1/status',
    tag: 'Status',
    summary: 'Watches, gaps, store, queue and counts',
    description:
      'Watches and gaps of what the caller may see; store and queue are of the whole process, whatever the scope.',
    access: reading,
    answer: status,
  }),
  getChecks: endpoint({
    id: 'getChecks',
    method: 'GET',
    path: '/api/v1/checks',
    tag: 'Status',
    summary: 'What works and what does not, with how to mend it',
    description:
      'For whoever has just started Tattle. Cheap to ask: answers are kept for ten seconds, and clusters and channels are tried once a minute at the most, for five seconds at the most. A channel is connected to, and sent nothing.',
    // It tells of the whole process: the user that clusters know, the hosts of channels, all that was seen. A part would say little.
    access: { role: 'viewer', scope: 'watched' },
    answer: checks,
  }),
  getQueue: endpoint({
    id: 'getQueue',
    method: 'GET',
    path: '/api/v1/queue',
    tag: 'Status',
    summary: 'What waits to be stored, and the jobs that wait to be done',
    description: 'Numbers of the whole process, whatever the scope.',
    access: reading,
    answer: queue,
    aliases: ['/api/queue'],
  }),
  healthz: endpoint({
    id: 'healthz',
    method: 'GET',
    path: '/healthz',
    tag: 'Status',
    summary: 'Whether the process answers',
    access: 'open',
    answer: ['text/plain'],
  }),
  readyz: endpoint({
    id: 'readyz',
    method: 'GET',
    path: '/readyz',
    tag: 'Status',
    summary: 'Whether it does its work, and which part does not',
    access: 'open',
    answer: readiness,
    otherStatuses: { 503: 'A check fails.' },
  }),
  metrics: endpoint({
    id: 'metrics',
    method: 'GET',
    path: '/metrics',
    tag: 'Status',
    summary: 'For Prometheus, in its text format',
    description:
      'On loopback without a credential, unless a public URL, a further name or a trusted proxy is configured.',
    access: { role: 'viewer', scope: 'watched' },
    answer: ['text/plain'],
  }),
};

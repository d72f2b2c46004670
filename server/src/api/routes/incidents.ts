/** Incidents, read-only. */
import type { FastifyInstance } from 'fastify';
import type { WireIncidentDetail, WireIncidentPage } from '@tattle/contract';
import type { IncidentState } from '../../model/incident.ts';
import { Parameters } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';
import { notFound } from '../problem.ts';
import { wireEvidence, wireIncident } from '../wire.ts';

const STATES: readonly IncidentState[] = ['open', 'acknowledged', 'resolved', 'regressed'];

export function incidentRoutes(server: FastifyInstance, { history }: Pick<ApiPorts, 'history'>): void {
  server.get('/api/v1/incidents', async (request): Promise<WireIncidentPage> => {
    const parameters = new Parameters(request.url, ['state', 'limit']);
    const states = parameters.among('state', STATES);
    const limit = parameters.whole('limit', 100, 1, 1000);
    // One more than asked tells whether there is more.
    const found = await history.incidents({ ...(states.length === 0 ? {} : { states }), limit: limit + 1 });
    return { items: found.slice(0, limit).map(wireIncident), nextCursor: null, partial: found.length > limit };
  });

  server.get<{ Params: { id: string } }>('/api/v1/incidents/:id', async (request): Promise<WireIncidentDetail> => {
    new Parameters(request.url, []);
    const { id } = request.params;
    const incident = id.includes('\0') ? null : await history.incident(id);
    if (incident === null) throw notFound('No incident has this id.', '/api/v1/incidents lists them.');
    const evidence = await history.evidence(incident.id);
    return { ...wireIncident(incident), evidence: evidence.map(wireEvidence) };
  });
}

/** Incidents: reading them, and what people do to them. */
import type { FastifyInstance } from 'fastify';
import {
  incidentAct,
  type IncidentActName,
  incidentState,
  severity,
  type WireIncident,
  type WireIncidentActed,
  type WireIncidentDetail,
  type WireIncidentPage,
  type WireIncidentView,
} from '@tattle/contract';
import type { Incident } from '../../model/incident.ts';
import type { Command } from '../../model/incident-command.ts';
import { CursorError, type IncidentFilter } from '../../model/ports.ts';
import { invalidBody, readBody } from '../body.ts';
import { headOf, viewOf } from '../incident-view.ts';
import { Parameters } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';
import { badParameter, notFound, RequestProblem } from '../problem.ts';
import { wireEvidence } from '../wire.ts';

type Ports = Pick<ApiPorts, 'history' | 'outbox' | 'act'>;
interface ById {
  Params: { id: string };
}

const FILTERS = ['state', 'severity', 'namespace', 'cluster', 'view', 'limit', 'cursor'];
const VIEWS = ['brief', 'full'] as const;
/** A full view asks the store eight questions. */
const MOST_FULL = 200;
/** Of an id that nothing has. */
const LONGEST_SHOWN = 64;

export function incidentRoutes(server: FastifyInstance, ports: Ports): void {
  const { history } = ports;

  server.get('/api/v1/incidents', async (request): Promise<WireIncidentPage> => {
    const parameters = new Parameters(request.url, FILTERS);
    const full = parameters.among('view', VIEWS).includes('full');
    const filter = filterOf(parameters, full ? MOST_FULL : 1000);
    const { items, nextCursor } = await listed(history, filter);
    return { items: full ? await viewsOf(items, ports) : await headsOf(items, history), nextCursor, partial: false };
  });

  server.get<ById>('/api/v1/incidents/:id', async (request): Promise<WireIncidentDetail> => {
    new Parameters(request.url, []);
    const incident = await find(request.params.id, ports);
    const [view, evidence] = await Promise.all([viewOf(incident, ports), history.evidence(incident.id)]);
    return { ...view, evidence: evidence.map(wireEvidence) };
  });

  for (const name of Object.keys(incidentAct) as IncidentActName[]) {
    server.post<ById>(`/api/v1/incidents/:id/${name}`, async (request): Promise<WireIncidentActed> => {
      new Parameters(request.url, []);
      const { id } = await find(request.params.id, ports);
      const body = request.body === undefined ? {} : request.body;
      // Nobody has to identify themselves where no server runs.
      return act(await commandOf(name, id, body, request.actor ?? 'command line', ports), ports);
    });
  }
}

function filterOf(parameters: Parameters, mostItems: number): IncidentFilter {
  const states = parameters.among('state', incidentState.options);
  const severities = parameters.among('severity', severity.options);
  const namespaces = parameters.all('namespace');
  const clusters = parameters.all('cluster');
  const cursor = parameters.one('cursor');
  return {
    ...(states.length > 0 && { states }),
    ...(severities.length > 0 && { severities }),
    ...(namespaces.length > 0 && { namespaces }),
    ...(clusters.length > 0 && { clusters }),
    ...(cursor !== undefined && { cursor }),
    limit: parameters.whole('limit', Math.min(100, mostItems), 1, mostItems),
  };
}

async function listed(history: Ports['history'], filter: IncidentFilter) {
  try {
    return await history.incidents(filter);
  } catch (error) {
    if (error instanceof CursorError) throw badParameter('cursor', error.message, 'Start again without it.');
    throw error;
  }
}

async function headsOf(incidents: readonly Incident[], history: Ports['history']): Promise<WireIncident[]> {
  const diagnoses = await history.diagnoses(incidents.map(({ id }) => id));
  const byId = new Map(diagnoses.map((diagnosis) => [diagnosis.incidentId, diagnosis]));
  return incidents.map((incident) => headOf(incident, byId.get(incident.id) ?? null));
}

/** One after the other: each asks the store eight questions. */
async function viewsOf(incidents: readonly Incident[], ports: Ports): Promise<WireIncidentView[]> {
  const views: WireIncidentView[] = [];
  for (const incident of incidents) views.push(await viewOf(incident, ports));
  return views;
}

/** By its id, or by a beginning of it that no other shares. */
async function find(id: string, { history }: Pick<Ports, 'history'>): Promise<Incident> {
  const hint = '/api/v1/incidents lists them.';
  const shown = JSON.stringify(id.slice(0, LONGEST_SHOWN));
  const nothing = () => notFound(`No incident has the id ${shown}.`, hint);
  if (id.includes('\0') || id === '') throw nothing();
  const found = await history.incident(id);
  if (found !== null) return found;
  const [only, another] = await history.incidentIdsLike(id);
  if (another !== undefined)
    throw notFound(`Several incidents have ids that begin with ${shown}.`, 'Give more of the id.');
  const incident = only === undefined ? null : await history.incident(only);
  if (incident === null) throw nothing();
  return incident;
}

async function commandOf(
  name: IncidentActName,
  id: string,
  body: unknown,
  by: string,
  ports: Pick<Ports, 'history'>,
): Promise<Command> {
  switch (name) {
    case 'merge': {
      const hint = 'Send {"incidents": ["id", …], "text": "why"}.';
      const { incidents, text, as } = readBody(body, incidentAct.merge, hint);
      const others = await Promise.all(incidents.map(async (other) => (await find(other, ports)).id));
      return { kind: 'merge', id, by: named(as, by), text, others };
    }
    case 'split': {
      const hint = 'Send {"objects": ["Deployment/web"], "conditions": [], "text": "why"}.';
      const { as, ...split } = readBody(body, incidentAct.split, hint);
      if (split.objects.length + split.conditions.length > 0) return { kind: 'split', id, by: named(as, by), ...split };
      throw invalidBody(
        [{ path: 'objects', message: 'and conditions are both empty: what is to be split off?' }],
        hint,
      );
    }
    default: {
      const { as, text } = readBody(body, incidentAct[name], 'Send {"text": "…"}.');
      return { kind: name, id, by: named(as, by), text };
    }
  }
}

/** A name that one gives oneself proves nothing: how one came in stands beside it. */
function named(as: string | undefined, by: string): string {
  return as === undefined ? by : `${as} (${by})`;
}

async function act(command: Command, { act: perform, history }: Ports): Promise<WireIncidentActed> {
  const { refusal, incidentIds } = await perform(command);
  if (refusal !== null) {
    throw new RequestProblem({
      status: 409,
      title: 'It was not done',
      detail: `${refusal[0]?.toUpperCase() ?? ''}${refusal.slice(1)}.`,
      hint: 'Nothing has changed.',
    });
  }
  const changed = await Promise.all(incidentIds.map((id) => history.incident(id)));
  return {
    incidents: await headsOf(
      changed.filter((incident) => incident !== null),
      history,
    ),
  };
}

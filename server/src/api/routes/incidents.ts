/** Incidents: reading them, and what people do to them. */
import { endpoints, type WireIncident, type WireIncidentActed, type WireIncidentView } from '@tattle/contract';
import { scopeOf } from '../../kit/scope.ts';
import { INCIDENT_FIELDS } from '../../model/query.ts';
import type { Scope } from '../../model/access.ts';
import type { Incident } from '../../model/incident.ts';
import type { Command } from '../../model/incident-command.ts';
import { invalidBody } from '../body.ts';
import { incidentFilterOf, pageOf } from '../filters.ts';
import { exportOf } from '../incident-export.ts';
import { sendExport } from '../incident-export-answer.ts';
import { findIncident, findSeen, lookAt, seeAll } from '../incident-sight.ts';
import { evidenceOf, viewOf } from '../incident-view.ts';
import type { ApiPorts } from '../ports.ts';
import { badParameter, RequestProblem } from '../problem.ts';
import { notAllowed } from '../refusals.ts';
import type { Call, Routes } from '../registry.ts';

type Ports = Pick<ApiPorts, 'history' | 'outbox' | 'act' | 'clock' | 'version'>;

/** A full view asks the store eight questions. */
const MOST_FULL = 200;

export function incidentRoutes(routes: Routes, ports: Ports): void {
  const { history, clock } = ports;

  routes.add(endpoints.listIncidents, async ({ query, scope }) => {
    const full = query.view === 'full';
    if (full && query.limit > MOST_FULL) {
      throw badParameter('limit', 'is out of range', `Give a whole number from 1 to ${MOST_FULL} with view=full.`);
    }
    const filter = incidentFilterOf(query, scope, clock.now());
    const { items, nextCursor } = await history.incidents(filter, pageOf(query));
    const shown = full ? await viewsOf(items, scope, ports) : await seeAll(items, scope, history);
    return { items: shown, nextCursor, partial: false };
  });

  routes.add(endpoints.incidentFacets, async ({ query, scope }) => {
    const fields = query.field.length === 0 ? INCIDENT_FIELDS : [...new Set(query.field)];
    const facets = await history.incidentFacets(incidentFilterOf(query, scope, clock.now()), fields, query.limit);
    return { facets: facets.map(({ field, values }) => ({ field, values: [...values] })) };
  });

  routes.add(endpoints.getIncident, async ({ params, scope }) => {
    const sight = await findIncident(params.id, scope, history);
    const [view, evidence] = await Promise.all([viewOf(sight, ports), evidenceOf(sight, history)]);
    return { ...view, evidence: [...evidence] };
  });

  routes.add(endpoints.exportIncident, async ({ params, query, scope, reply }) => {
    const sight = await findIncident(params.id, scope, history);
    return sendExport(await exportOf(sight, ports), query.format, reply);
  });

  const { acknowledgeIncident, resolveIncident, noteIncident, unmergeIncident, mergeIncident, splitIncident } =
    endpoints;
  routes.add(acknowledgeIncident, (call) => byText(call, 'acknowledge', ports));
  routes.add(resolveIncident, (call) => byText(call, 'resolve', ports));
  routes.add(noteIncident, (call) => byText(call, 'note', ports));
  routes.add(unmergeIncident, (call) => byText(call, 'unmerge', ports));

  routes.add(mergeIncident, async ({ params, body, principal, scope }) => {
    const id = await ownId(params.id, { principal, scope }, ports);
    const others: string[] = [];
    for (const other of body.incidents) others.push(await ownId(other, { principal, scope }, ports));
    return act({ kind: 'merge', id, ...named(body.as, principal), text: body.text, others }, scope, ports);
  });

  routes.add(splitIncident, async ({ params, body, principal, scope }) => {
    const { as, objects, conditions, text } = body;
    if (objects.length + conditions.length === 0) {
      const nothing = [{ path: 'objects', message: 'and conditions are both empty: what is to be split off?' }];
      throw invalidBody(nothing, splitIncident.bodyHint);
    }
    const id = await ownId(params.id, { principal, scope }, ports);
    return act({ kind: 'split', id, ...named(as, principal), text, objects, conditions }, scope, ports);
  });
}

/** One after the other: each asks the store eight questions. */
async function viewsOf(incidents: readonly Incident[], scope: Scope, ports: Ports): Promise<WireIncidentView[]> {
  const views: WireIncidentView[] = [];
  for (const incident of incidents) {
    const sight = await lookAt(incident, scope, ports.history);
    if (sight !== null) views.push(await viewOf(sight, ports));
  }
  return views;
}

type TextCall = Pick<Call<typeof endpoints.acknowledgeIncident>, 'params' | 'body' | 'principal' | 'scope'>;

async function byText(
  { params, body, principal, scope }: TextCall,
  kind: 'acknowledge' | 'resolve' | 'note' | 'unmerge',
  ports: Ports,
): Promise<WireIncidentActed> {
  const id = await ownId(params.id, { principal, scope }, ports);
  return act({ kind, id, ...named(body.as, principal), text: body.text }, scope, ports);
}

type Who = Pick<TextCall, 'principal' | 'scope'>;

/** Of an incident that lies whole where the caller may act. What they may see, but not act on, is no secret to them. */
async function ownId(id: string, { principal, scope }: Who, { history }: Ports): Promise<string> {
  const seen = await findIncident(id, scopeOf(principal, 'viewer'), history);
  const own = await findSeen(seen.incident.id, scope, history);
  if (own?.whole !== true) throw notAllowed('This incident lies, in part or as a whole, where you may not act.');
  return seen.incident.id;
}

/** A name that one gives oneself proves nothing: how one came in stands beside it. */
function named(as: string | undefined, { id, name }: { readonly id: string; readonly name: string }) {
  return { by: as === undefined ? name : `${as} (${name})`, actor: id };
}

async function act(command: Command, scope: Scope, { act: perform, history }: Ports): Promise<WireIncidentActed> {
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
  const heads: WireIncident[] = await seeAll(
    changed.filter((incident) => incident !== null),
    scope,
    history,
  );
  return { incidents: heads };
}

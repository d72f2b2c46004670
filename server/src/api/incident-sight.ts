/** What one caller sees of an incident: all of it, the part that lies in their scope, or nothing. */
import type { WireIncident } from '@tattle/contract';
import { type SeenIncident, seenIncident } from '../kit/seen-incident.ts';
import type { Scope } from '../model/access.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Incident, Strand } from '../model/incident.ts';
import type { History } from '../model/ports/history.ts';
import { notFound } from './problem.ts';
import { wireHead } from './wire.ts';

/** An incident as the caller may see it. */
export interface Sight extends SeenIncident {
  readonly scope: Scope;
}

/** Of an id that nothing has. */
const LONGEST_SHOWN = 64;

/** By its id, or by a beginning of it that no other shares. What lies outside of the scope is as if it were not there. */
export async function findIncident(id: string, scope: Scope, history: History): Promise<Sight> {
  const shown = JSON.stringify(id.slice(0, LONGEST_SHOWN));
  const nothing = () => notFound(`No incident has the id ${shown}.`, '/api/v1/incidents lists them.');
  if (id.includes('\0') || id === '') throw nothing();
  const exact = await findSeen(id, scope, history);
  if (exact !== null) return exact;
  const [only, another] = await history.incidentIdsLike(id, scope === 'everything' ? undefined : scope);
  if (another !== undefined) {
    throw notFound(`Several incidents have ids that begin with ${shown}.`, 'Give more of the id.');
  }
  const found = only === undefined ? null : await findSeen(only, scope, history);
  if (found === null) throw nothing();
  return found;
}

/** Null where nothing of it lies in the scope. */
export async function lookAt(incident: Incident, scope: Scope, history: History): Promise<Sight | null> {
  const strands = await history.strands(incident.id);
  if (scope === 'everything') return { incident, strands, whole: true, scope };
  if (incident.mergedInto !== null) return lookAtMerged(incident, scope, history);
  return partOf(incident, strands, scope);
}

/** Its strands went on in another incident: it is seen where those are, and whole where that other one is, too. */
async function lookAtMerged(incident: Incident, scope: Scope, history: History): Promise<Sight | null> {
  let last = incident;
  for (const passed = new Set<string>(); last.mergedInto !== null && !passed.has(last.id); ) {
    passed.add(last.id);
    last = (await history.incident(last.mergedInto)) ?? { ...last, mergedInto: null };
  }
  const strands = await history.strands(last.id);
  const own = strands.filter(({ bornIn }) => bornIn === incident.id);
  const sight = partOf(incident, own, scope);
  if (sight === null || !sight.whole || partOf(last, strands, scope)?.whole === true) return sight;
  return { ...sight, whole: false };
}

/** Heads with their diagnoses, in the same order; what lies outside of the scope is left out. */
export async function seeAll(incidents: readonly Incident[], scope: Scope, history: History): Promise<WireIncident[]> {
  const diagnoses = await history.diagnoses(incidents.map(({ id }) => id));
  const byId = new Map(diagnoses.map((diagnosis) => [diagnosis.incidentId, diagnosis]));
  const head = (sight: Pick<Sight, 'incident' | 'whole'>) => headSeen(sight, byId.get(sight.incident.id) ?? null);
  if (scope === 'everything') return incidents.map((incident) => head({ incident, whole: true }));
  return (await lookAtAll(incidents, scope, history)).map(head);
}

/** Those that lie whole in the scope, in the same order. */
export async function wholeOf(
  incidents: readonly Incident[],
  scope: Scope,
  history: History,
): Promise<readonly Incident[]> {
  return (await lookAtAll(incidents, scope, history)).flatMap(({ incident, whole }) => (whole ? [incident] : []));
}

/** Those of which something lies in the scope, in the same order. */
async function lookAtAll(incidents: readonly Incident[], scope: Scope, history: History): Promise<readonly Sight[]> {
  const strands = Map.groupBy(await history.strands(...incidents.map(({ id }) => id)), ({ incidentId }) => incidentId);
  const sights: Sight[] = [];
  for (const incident of incidents) {
    const sight =
      incident.mergedInto === null
        ? partOf(incident, strands.get(incident.id) ?? [], scope)
        : await lookAtMerged(incident, scope, history);
    if (sight !== null) sights.push(sight);
  }
  return sights;
}

/** A diagnosis quotes evidence of all of the incident: it is shown to whoever sees all of it. */
function headSeen({ incident, whole }: Pick<Sight, 'incident' | 'whole'>, diagnosis: Diagnosis | null): WireIncident {
  return wireHead(incident, whole ? diagnosis : null, !whole);
}

/** By its whole id; null where there is none, or nothing of it lies in the scope. */
export async function findSeen(id: string, scope: Scope, history: History): Promise<Sight | null> {
  const incident = await history.incident(id);
  return incident === null ? null : lookAt(incident, scope, history);
}

function partOf(incident: Incident, strands: readonly Strand[], scope: Scope): Sight | null {
  const seen = seenIncident(incident, strands, scope);
  return seen === null ? null : { ...seen, scope };
}

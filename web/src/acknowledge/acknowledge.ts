/** Says that somebody looks at incidents: acts are final, so what was done is said plainly. */
import type { WireIncident } from '@tattle/contract';
import { call } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import type { Acknowledged } from './acknowledged.ts';

/** One after the other: a hundred at once would be a flood. What the API refuses is part of the answer; anything else throws. */
export async function acknowledge(incidents: readonly WireIncident[]): Promise<Acknowledged> {
  const done: WireIncident[] = [];
  const refused: { incident: WireIncident; problem: ApiProblem }[] = [];
  for (const incident of incidents) {
    try {
      await call('acknowledgeIncident', { params: { id: incident.id }, body: {} });
      done.push(incident);
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      refused.push({ incident, problem });
    }
  }
  return { done, refused };
}

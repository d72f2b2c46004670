/** Who looks at an incident, for a message that says so. */
import type { Incident } from '../model/incident.ts';
import type { History } from '../model/ports/history.ts';

/** Part of a notice; nothing while the incident is not acknowledged. */
export async function acknowledgedBy(
  { id, state }: Pick<Incident, 'id' | 'state'>,
  history: Pick<History, 'log'>,
): Promise<{ readonly acknowledgedBy?: string }> {
  if (state !== 'acknowledged') return {};
  const entry = (await history.log(id)).findLast(({ kind }) => kind === 'acknowledged');
  return entry === undefined ? {} : { acknowledgedBy: entry.by };
}

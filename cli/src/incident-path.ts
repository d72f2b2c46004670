/** Incidents as people write them on a command line, and where the API has them. */
import { usageFailure } from './failure.ts';

/** Also as lists name it for other commands: `incident/3f2a`. */
export function incidentId(text: string): string {
  return text.replace(/^incidents?\//, '');
}

/** Throws `CommandFailure` for what is no id. */
export function incidentPath(text: string): string {
  const id = incidentId(text);
  // A path ends or climbs at these; no id has them.
  if (/^\.{0,2}$/.test(id)) throw usageFailure('that is no id of an incident', 'tattle incident list has them.');
  return `/api/v1/incidents/${encodeURIComponent(id)}`;
}

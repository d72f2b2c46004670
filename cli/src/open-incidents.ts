/** What is wrong: open incidents whole, of one object where one is named, as text or for programs. */
import type { WireIncidentPage, WireIncidentView } from '@tattle/contract';
import type { Connection } from './connection.ts';
import { type ObjectName, readObject } from './event-query.ts';
import { structured, type TextForm } from './forms.ts';
import { widthOf } from './incident-lines.ts';
import { incidentId } from './incident-path.ts';
import { incidentText } from './incident-text.ts';
import type { Surroundings } from './surroundings.ts';

export const OPEN = ['open', 'acknowledged', 'regressed'] as const;
/** More than anybody reads at once. */
const MOST_TOLD = 50;

export interface OpenIncidents {
  readonly items: readonly WireIncidentView[];
  readonly more: boolean;
}

export async function openIncidents(
  connection: Pick<Connection, 'get'>,
  namespaces: readonly string[],
  object?: ObjectName,
): Promise<OpenIncidents> {
  const query = new URLSearchParams({ view: 'full', limit: String(MOST_TOLD) });
  for (const state of OPEN) query.append('state', state);
  for (const namespace of namespaces) query.append('namespace', namespace);
  const found: WireIncidentView[] = [];
  for (;;) {
    const { items, nextCursor } = (await connection.get('/api/v1/incidents', query, 'items')) as WireIncidentPage;
    // `view=full` was asked for.
    const whole = items as readonly WireIncidentView[];
    found.push(...(object === undefined ? whole : whole.filter((incident) => isAbout(incident, object))));
    // Of one object, every incident is looked through; of all, the newest are enough.
    if (nextCursor === null || object === undefined) return { items: found, more: nextCursor !== null };
    query.set('cursor', nextCursor);
  }
}

/** Its root, what it shows itself on, or anything that belongs to it. */
function isAbout({ root, subject, objects }: WireIncidentView, { kind, name }: ObjectName): boolean {
  return [root, subject, ...objects].some((object) => object.kind === kind && object.name === name);
}

/** An argument is an id, or KIND/NAME. Throws `CommandFailure` where it is neither. */
export function readSubject(text: string): { readonly id: string } | ObjectName {
  const id = incidentId(text);
  return id.includes('/') ? readObject(text, `"${text}"`) : { id };
}

export function toldIncidents(
  items: readonly WireIncidentView[],
  form: TextForm,
  { stdout }: Pick<Surroundings, 'stdout'>,
  now: number,
): string {
  if (form !== 'text') return structured(items, form);
  const reading = { now, width: widthOf(stdout), whole: false };
  return items.map((incident) => incidentText(incident, reading)).join('\n');
}

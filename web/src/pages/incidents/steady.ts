/** A list that does not jump under its reader: what is new waits until it is asked for, what is gone stays where it was and says so. */
import type { WireIncident } from '@tattle/contract';

interface SteadyRow {
  readonly incident: WireIncident;
  /** Whether it does not match any more. */
  readonly isGone: boolean;
}

export interface Steady {
  readonly rows: readonly SteadyRow[];
  /** How many wait above. */
  readonly arrived: number;
}

/**
 * `kept` is what the reader saw, `fresh` what there is now, both the newest first. `isCut`: there is more than `fresh`.
 * What is older than all that was seen is a further page, and follows.
 */
export function steady(kept: readonly WireIncident[], fresh: readonly WireIncident[], isCut: boolean): Steady {
  const last = kept.at(-1);
  if (last === undefined) return { rows: fresh.map((incident) => ({ incident, isGone: false })), arrived: 0 };
  const now = new Map(fresh.map((incident) => [incident.id, incident]));
  const seen = new Set(kept.map(({ id }) => id));
  const end = fresh.at(-1)?.openedAt ?? '';
  const unseen = fresh.filter(({ id }) => !seen.has(id));
  const further = unseen.filter(({ openedAt }) => openedAt < last.openedAt);
  return {
    rows: [
      ...kept.map((incident) => {
        const present = now.get(incident.id);
        // What new ones pushed beyond the end of the page is not gone.
        const isBeyond = isCut && incident.openedAt <= end;
        return { incident: present ?? incident, isGone: present === undefined && !isBeyond };
      }),
      ...further.map((incident) => ({ incident, isGone: false })),
    ],
    arrived: unseen.length - further.length,
  };
}

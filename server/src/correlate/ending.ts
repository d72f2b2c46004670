/** When incidents are over: their strands' deadlines, held against what is known of the present. */
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { ActiveConditions } from '../model/slim-object.ts';
import { NODE_RECOVERS_MS } from './chains/node.ts';
import type { Draft } from './draft.ts';
import { isOpen } from './home.ts';
import { placeOf } from './place.ts';
import { isVictim, type Left } from './releasing.ts';
import { isAlert, isSerious, type Level, overAt } from './strand.ts';
import { holdDownOf, type IncidentTimes } from './times.ts';

export interface End {
  readonly at: number;
  /** Observations told when its conditions ended, where such are made of them. */
  readonly isTold: boolean;
}

export class Ending {
  readonly #active: ActiveConditions;
  readonly #times: IncidentTimes;

  constructor(active: ActiveConditions, times: IncidentTimes) {
    this.#active = active;
    this.#times = times;
  }

  /** Of the last of its strands to be over, or null while one goes on. */
  endOf(incident: IncidentHead, strands: readonly Strand[], draft: Draft): End | null {
    let at = 0;
    let isTold = true;
    for (const strand of telling(strands)) {
      const level = this.#levelOf(strand);
      const over = this.#overAt(strand, level, incident, draft);
      if (over === null) return null;
      at = Math.max(at, over);
      const recovered = level.holds === false || level.healthy === true;
      isTold &&= !recovered || strand.clearedAt !== null || !isSerious(strand);
    }
    return { at, isTold };
  }

  /**
   * Whether it is over by `now`. Where no observation has told when its conditions ended (none does, or it is still on its way),
   * they must have been seen to be over for the hold-down, too.
   */
  isOver({ at, isTold }: End, { regressions }: IncidentHead, recoveredAt: number | undefined, now: number): boolean {
    if (at > now) return false;
    return isTold || (recoveredAt !== undefined && recoveredAt + holdDownOf(regressions, this.#times) <= now);
  }

  /** The first of its strands that keeps it open. */
  heldBy(incident: IncidentHead, strands: readonly Strand[], draft: Draft): Strand | null {
    return telling(strands).find((strand) => this.keepsOpen(strand, incident, draft)) ?? null;
  }

  /** It goes on, or nobody knows whether it does and it has not been quiet for long enough. */
  keepsOpen(strand: Strand, incident: IncidentHead, draft: Draft): boolean {
    const level = this.#levelOf(strand);
    const over = this.#overAt(strand, level, incident, draft);
    return over === null || (over > draft.at && level.holds === undefined && level.healthy === undefined);
  }

  /** Whether it had been over for the hold-down when it was heard of. */
  wasOver(strand: Strand, arrivedAt: number): boolean {
    const over = overAt(strand, this.#levelOf(strand), 0, this.#times);
    return over !== null && over <= arrivedAt;
  }

  /** Whether its condition is seen to hold now. */
  isSeen({ cluster, root, condition }: Strand): boolean {
    return this.#active.holds(cluster.uid, root, condition) === true;
  }

  /** What one object got over may go on with others of its owner. */
  asSeen(strand: Strand): Strand {
    if (strand.clearedAt === null || isAlert(strand)) return strand;
    return this.isSeen(strand) ? { ...strand, clearedAt: null } : strand;
  }

  /** Of a node that has been well again for a while: what still does not recover. */
  leftBehind(incident: IncidentHead, draft: Draft, now: number): Left | null {
    if (incident.root.kind !== 'Node') return null;
    const strands = draft.strandsOf(incident.id);
    const victims = strands.filter((strand) => isSerious(strand) && isVictim(strand, incident));
    const own = strands.filter((strand) => !isVictim(strand, incident));
    if (victims.length === 0 || own.length === 0) return null;
    const end = this.endOf(incident, own, draft);
    if (end === null || end.at + NODE_RECOVERS_MS > now) return null;
    const left = victims.filter((strand) => this.keepsOpen(strand, incident, draft));
    return left.length === 0 ? null : { from: incident, strands: left, since: end.at + NODE_RECOVERS_MS };
  }

  #overAt(strand: Strand, level: Level, incident: IncidentHead, draft: Draft): number | null {
    const over = overAt(strand, level, incident.regressions, this.#times);
    if (over !== null || !isVictim(strand, incident)) return over;
    // Its workload has an incident of its own by now: that one goes on, and the node's ends with the node.
    const own = draft.strandsAt(placeOf(strand.cluster.uid, strand.root)).some((other) => {
      return other.incidentId !== incident.id && isOpen(draft.incident(other.incidentId));
    });
    return own ? strand.lastSeen + holdDownOf(incident.regressions, this.#times) : null;
  }

  #levelOf({ cluster, root, condition }: Strand): Level {
    const holds = this.#active.holds(cluster.uid, root, condition);
    // How it is otherwise matters only where that cannot be known.
    return { holds, healthy: holds === undefined ? this.#active.healthy(cluster.uid, root) : undefined };
  }
}

/** What is minor accompanies a problem and never keeps one open: it counts only where there is nothing else. */
function telling(strands: readonly Strand[]): readonly Strand[] {
  const serious = strands.filter(isSerious);
  return serious.length > 0 ? serious : strands;
}

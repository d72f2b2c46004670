/** What the correlator remembers: open incidents, those that ended lately, their strands, and ties that people made. */
import type { IncidentHead, Strand, Tie } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import { placeOf } from './place.ts';

/** Ended incidents remembered for regressions; the oldest are forgotten first, and their problem opens a new incident. */
const REMEMBERED_RESOLVED = 10_000;

export interface Remembered {
  readonly incidents: readonly IncidentHead[];
  readonly strands: readonly Strand[];
  readonly ties: readonly Tie[];
}

/** What of an open incident need not be worked out again before something of it changes. */
export interface Outlook {
  /** The strand that kept it open when it was last looked at. */
  readonly heldBy: Strand | null;
  /** Where its strands are worse than it is told as: it becomes so when one of these goes down. */
  readonly worseAt: readonly ObjectRef[];
}

/** Reading side of the memory, and of a draft over it. */
export interface Recollection {
  incident(id: string): IncidentHead | undefined;
  strand(key: string): Strand | undefined;
  strandsOf(incidentId: string): readonly Strand[];
  strandsAt(place: string): readonly Strand[];
}

export class Memory implements Recollection {
  readonly #incidents = new Map<string, IncidentHead>();
  readonly #open = new Set<string>();
  readonly #resolved = new Set<string>();
  readonly #strands = new Map<string, Strand>();
  readonly #byIncident = new Map<string, Set<string>>();
  readonly #byPlace = new Map<string, Set<string>>();
  readonly #outlooks = new Map<string, Outlook>();
  /** Since when nothing of an open incident is seen to go on. */
  readonly #recoveredAt = new Map<string, number>();
  readonly ties = new Ties();

  /** How much it holds; `links` are the entries of its indexes. */
  get size(): { readonly incidents: number; readonly strands: number; readonly links: number } {
    const indexes = [this.#byIncident, this.#byPlace, this.#outlooks, this.#recoveredAt, this.#open, this.#resolved];
    const links = indexes.reduce((sum, index) => sum + index.size, 0);
    return { incidents: this.#incidents.size, strands: this.#strands.size, links };
  }

  openIds(): Iterable<string> {
    return this.#open;
  }

  outlook(id: string): Outlook | undefined {
    return this.#outlooks.get(id);
  }

  setOutlook(id: string, outlook: Outlook): void {
    this.#outlooks.set(id, outlook);
  }

  recoveredAt(id: string): number | undefined {
    return this.#recoveredAt.get(id);
  }

  recovered(id: string, at: number): void {
    if (!this.#recoveredAt.has(id)) this.#recoveredAt.set(id, at);
  }

  relapsed(id: string): void {
    this.#recoveredAt.delete(id);
  }

  /** Those that ended before are of no use any more: their problem would open a new incident. */
  forgetEndedBefore(time: number): void {
    for (const id of this.#resolved) {
      const incident = this.#incidents.get(id);
      // One that was merged while it went on has no end of its own.
      if (incident !== undefined && (incident.resolvedAt ?? incident.openedAt) >= time) return;
      this.#forget(id);
    }
  }

  incident(id: string): IncidentHead | undefined {
    return this.#incidents.get(id);
  }

  strand(key: string): Strand | undefined {
    return this.#strands.get(key);
  }

  strandsOf(incidentId: string): readonly Strand[] {
    return this.#all(this.#byIncident.get(incidentId));
  }

  strandsAt(place: string): readonly Strand[] {
    return this.#all(this.#byPlace.get(place));
  }

  replaceAll({ incidents, strands, ties }: Remembered): void {
    for (const map of [
      this.#incidents,
      this.#strands,
      this.#byIncident,
      this.#byPlace,
      this.#outlooks,
      this.#recoveredAt,
    ])
      map.clear();
    this.#open.clear();
    this.#resolved.clear();
    this.ties.replaceAll(ties);
    this.learn({ incidents, strands });
  }

  learn({ incidents, strands }: Pick<Remembered, 'incidents' | 'strands'>): void {
    for (const strand of strands) this.#putStrand(strand);
    for (const incident of incidents) this.#putIncident(incident);
  }

  #putStrand(strand: Strand): void {
    const before = this.#strands.get(strand.key);
    if (before !== undefined && before.incidentId !== strand.incidentId) {
      unlink(this.#byIncident, before.incidentId, strand.key);
      this.#outlooks.delete(before.incidentId);
    }
    // That it only went on changes nothing of what lies ahead.
    const wentOn =
      before?.incidentId === strand.incidentId &&
      before.severity === strand.severity &&
      before.clearedAt === strand.clearedAt;
    if (!wentOn) this.#outlooks.delete(strand.incidentId);
    this.#strands.set(strand.key, strand);
    link(this.#byIncident, strand.incidentId, strand.key);
    link(this.#byPlace, placeOf(strand.cluster.uid, strand.root), strand.key);
  }

  #putIncident(incident: IncidentHead): void {
    const { id } = incident;
    this.#incidents.set(id, incident);
    this.#outlooks.delete(id);
    this.#resolved.delete(id);
    if (incident.state !== 'resolved' && incident.mergedInto === null) {
      this.#open.add(id);
      return;
    }
    this.#open.delete(id);
    this.#recoveredAt.delete(id);
    this.#resolved.add(id);
    if (this.#resolved.size <= REMEMBERED_RESOLVED) return;
    for (const oldest of this.#resolved) {
      this.#forget(oldest);
      return;
    }
  }

  #forget(id: string): void {
    this.#resolved.delete(id);
    this.#incidents.delete(id);
    for (const key of this.#byIncident.get(id) ?? []) {
      const strand = this.#strands.get(key);
      if (strand === undefined) continue;
      this.#strands.delete(key);
      unlink(this.#byPlace, placeOf(strand.cluster.uid, strand.root), key);
    }
    this.#byIncident.delete(id);
  }

  #all(keys: ReadonlySet<string> | undefined): readonly Strand[] {
    const found: Strand[] = [];
    for (const key of keys ?? []) {
      const strand = this.#strands.get(key);
      if (strand !== undefined) found.push(strand);
    }
    return found;
  }
}

/** Pairs of places or strands that people tied together or took apart. There are few: each was made by hand. */
export class Ties {
  readonly #byEnd = new Map<string, Map<string, Tie>>();

  replaceAll(ties: readonly Tie[]): void {
    this.#byEnd.clear();
    for (const tie of ties) this.put(tie);
  }

  put(tie: Tie): void {
    for (const [end, other] of [
      [tie.a, tie.b],
      [tie.b, tie.a],
    ] as const) {
      const others = this.#byEnd.get(end) ?? new Map<string, Tie>();
      others.set(other, tie);
      this.#byEnd.set(end, others);
    }
  }

  of(end: string): ReadonlyMap<string, Tie> | undefined {
    return this.#byEnd.get(end);
  }
}

function link(index: Map<string, Set<string>>, from: string, key: string): void {
  const keys = index.get(from);
  if (keys === undefined) index.set(from, new Set([key]));
  else keys.add(key);
}

function unlink(index: Map<string, Set<string>>, from: string, key: string): void {
  const keys = index.get(from);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(from);
}

/** The changes of one batch while it is being decided: laid over memory, adopted by it only after the commit. */
import type { EventMove } from '../model/change-set.ts';
import type { Turn } from '../model/delivery.ts';
import type { IncidentHead, LogEntry, LogKind, NewJob, Strand, Tie } from '../model/incident.ts';
import type { Memory, Recollection } from './memory.ts';
import { placeOf } from './place.ts';

export class Draft implements Recollection {
  readonly at: number;
  readonly jobs: NewJob[] = [];
  readonly log: LogEntry[] = [];
  readonly ties: Tie[] = [];
  readonly moves: EventMove[] = [];
  readonly #memory: Memory;
  readonly #act: string | null;
  readonly #incidents = new Map<string, IncidentHead>();
  readonly #strands = new Map<string, Strand>();
  /** Changed, and then followed by a strand of the same problem in another incident. */
  readonly #followed: Strand[] = [];
  /** Keys of strands of which more than the count changed. */
  readonly #reshaped = new Set<string>();
  readonly #byIncident = new Map<string, Set<string>>();
  readonly #byPlace = new Map<string, Set<string>>();

  /** `act`: the key of what a person does, where this decides it. */
  constructor(memory: Memory, at: number, act: string | null = null) {
    this.#act = act;
    this.#memory = memory;
    this.at = at;
  }

  get incidents(): readonly IncidentHead[] {
    return [...this.#incidents.values()];
  }

  get strands(): readonly Strand[] {
    return [...this.#followed, ...[...this.#strands.values()].filter(({ key }) => this.#reshaped.has(key))];
  }

  get counted(): readonly Strand[] {
    return [...this.#strands.values()].filter(({ key }) => !this.#reshaped.has(key));
  }

  incident(id: string): IncidentHead | undefined {
    return this.#incidents.get(id) ?? this.#memory.incident(id);
  }

  strand(key: string): Strand | undefined {
    return this.#strands.get(key) ?? this.#memory.strand(key);
  }

  strandsOf(incidentId: string): readonly Strand[] {
    const found = this.#over(this.#memory.strandsOf(incidentId), this.#byIncident.get(incidentId));
    return found.filter((strand) => strand.incidentId === incidentId);
  }

  strandsAt(place: string): readonly Strand[] {
    return this.#over(this.#memory.strandsAt(place), this.#byPlace.get(place));
  }

  putIncident(incident: IncidentHead): void {
    this.#incidents.set(incident.id, incident);
  }

  /** `reshaped`: more than its count, last sight and severity changed. */
  putStrand(strand: Strand, reshaped: boolean): void {
    const before = this.#strands.get(strand.key);
    if (before !== undefined && before.bornIn !== strand.bornIn) this.#followed.push(before);
    this.#strands.set(strand.key, strand);
    if (!reshaped) return;
    this.#reshaped.add(strand.key);
    add(this.#byIncident, strand.incidentId, strand.key);
    add(this.#byPlace, placeOf(strand.cluster.uid, strand.root), strand.key);
  }

  /** Of what a person does: two acts in one millisecond are two. */
  get turnOfAct(): string {
    return this.#act ?? String(this.at);
  }

  /** Keys carry the time of the turn, so that deciding the same batch again queues nothing twice. */
  tell(incidentId: string, kind: Turn | 'acknowledged', turn: number | string, eventUid?: string): void {
    const payload = eventUid === undefined ? { kind } : { kind, eventUid };
    this.#queue('notice', incidentId, `${kind}:${turn}`, payload);
  }

  capture(incidentId: string, why: string, turn: number): void {
    this.#queue('evidence', incidentId, `${why}:${turn}`, { why });
  }

  /** What a person did is an entry of its own each time, also in the same millisecond; deciding it again writes the same one. */
  note(incidentId: string, kind: LogKind, text: string, at: number, by = 'tattle', turn?: string): void {
    const own = this.#act === null ? (turn ?? String(at)) : `${this.#act}:${this.log.length}`;
    this.log.push({ incidentId, key: `${kind}:${own}`, at, kind, by, text });
  }

  #queue(kind: NewJob['kind'], incidentId: string, turn: string, payload: NewJob['payload']): void {
    this.jobs.push({ kind, incidentId, key: `${kind}:${incidentId}:${turn}`, runAt: this.at, payload });
  }

  #over(known: readonly Strand[], added: ReadonlySet<string> | undefined): readonly Strand[] {
    if (this.#strands.size === 0) return known;
    const found = new Map<string, Strand>();
    for (const strand of known) found.set(strand.key, this.#strands.get(strand.key) ?? strand);
    for (const key of added ?? []) {
      const strand = this.#strands.get(key);
      if (strand !== undefined) found.set(key, strand);
    }
    return [...found.values()];
  }
}

function add(index: Map<string, Set<string>>, from: string, key: string): void {
  const keys = index.get(from);
  if (keys === undefined) index.set(from, new Set([key]));
  else keys.add(key);
}

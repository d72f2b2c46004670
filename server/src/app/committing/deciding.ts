/**
 * What a batch means: reckoned against what is stored, tied to incidents, made ready to commit. Memory counts on each decision
 * from then on, so that the next batch can be decided while this one commits; when a commit fails, all memory is void, and is
 * read back from the store before anything else is decided.
 */
import type { ChangeSet } from '../../model/change-set.ts';
import type { TriagedEvent } from '../../model/cluster-event.ts';
import type { Command, CommandOutcome } from '../../model/incident-command.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { Store } from '../../model/ports/store.ts';
import { type Span, type Tracing, UNTRACED } from '../../model/tracing.ts';
import type { Correlated, Correlator } from '../../correlate/correlator.ts';
import type { Deduplicator } from '../../triage/deduplicate.ts';
import { type Reckoned, reckon } from '../../triage/reckon.ts';
import { auditedAct } from './audited-act.ts';
import type { Batch } from './batch.ts';
import { LookingUp, type LookUp } from './looking-up.ts';
import { aboutChange, isEmpty } from './what-changed.ts';

export interface DecidingParts {
  readonly store: Store;
  readonly correlator: Correlator;
  readonly deduplicator: Deduplicator;
  readonly clock: Clock;
  /** Left out, there are no spans. */
  readonly tracing?: Tracing | undefined;
}

export interface Decision {
  readonly change: ChangeSet;
  readonly reckoned: Reckoned;
  /** Of the monotonic clock, milliseconds. */
  readonly began: number;
  /** False once a commit has failed since: it counted on what did not happen. */
  stands(): boolean;
  /** Throws like `Store.commit`. */
  commit(): Promise<void>;
}

export class Deciding {
  readonly #parts: DecidingParts;
  readonly #lookingUp: LookingUp;
  readonly #tracing: Tracing;
  readonly #clusters = new Set<string>();
  #isStale = true;
  /** Raised when memory becomes void. */
  #generation = 0;

  constructor(parts: DecidingParts) {
    this.#parts = parts;
    this.#lookingUp = new LookingUp(parts.store);
    this.#tracing = parts.tracing ?? UNTRACED;
  }

  /** Whether the next decision has to read memory back from the store, which no commit may overtake. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** To be called before anything of this cluster is decided: its open incidents are read back from the store. */
  follow(clusterUid: string): void {
    if (this.#clusters.has(clusterUid)) return;
    this.#clusters.add(clusterUid);
    this.#isStale = true;
  }

  /** A commit failed. */
  startOver(): void {
    this.#isStale = true;
    this.#generation += 1;
    this.#lookingUp.distrust();
  }

  /** May overlap decisions and commits. */
  lookUp(kept: readonly TriagedEvent[]): LookUp {
    return this.#lookingUp.begin(kept);
  }

  /** Callers take turns, and start over when it throws; it throws what the store throws. */
  decide(batch: Batch, lookUp: LookUp | null): Promise<Decision> {
    return this.#tracing.span({ name: 'batch decide' }, (span) => this.#decide(batch, lookUp, span));
  }

  async #decide(batch: Batch, lookUp: LookUp | null, span: Span): Promise<Decision> {
    const { store, correlator, deduplicator, clock } = this.#parts;
    if (this.#isStale) await this.#recover();
    const began = performance.now();
    const generation = this.#generation;
    const reckoned = reckon(batch.kept, await this.#lookingUp.finish(batch.kept, lookUp));
    const at = clock.now();
    // Adopted at once, since what follows builds on it.
    const over = correlator.tick(at);
    over.adopt();
    const isFresh = (event: TriagedEvent) => deduplicator.isFresh(event, at);
    const decided = correlator.decide({ ...reckoned, isFresh, arrivedAt: batch.arrivedAt }, at);
    const change: ChangeSet = {
      at,
      created: decided.created,
      repeated: decided.repeated,
      ...ofIncidents([over, decided]),
      objectChanges: batch.objectChanges,
      deadLetters: batch.deadLetters,
      gaps: batch.gaps,
      positions: batch.positions,
      audit: [],
      durable: batch.durable,
    };
    const stands = () => generation === this.#generation;
    if (isEmpty(change)) {
      span.forget();
      return { change, reckoned, began, stands, commit: async () => {} };
    }
    span.set(aboutChange(change));
    const prepared = await store.prepare(change);
    decided.adopt();
    deduplicator.adopt(batch.kept, at);
    this.#lookingUp.changed(change);
    return { change, reckoned, began, stands, commit: () => this.#commit(change, prepared) };
  }

  /** What a person, or a later finding, does to incidents; in turn like `decide`. Null decision: it was refused. */
  async act(
    command: Command,
    key: string,
  ): Promise<{ readonly outcome: CommandOutcome; readonly decision: ActDecision | null }> {
    const { store, correlator, clock } = this.#parts;
    if (this.#isStale) await this.#recover();
    const generation = this.#generation;
    const loaded = await store.incidents(command.kind === 'merge' ? [command.id, ...command.others] : [command.id]);
    const at = clock.now();
    const decided = correlator.act(command, loaded, at, key);
    const outcome = { refusal: decided.refusal, incidentIds: decided.incidentIds };
    if (decided.refusal !== null) return { outcome, decision: null };
    const audit = [auditedAct(command, decided.incidentIds, at, key)];
    const change = { ...emptyChange(at), ...ofIncidents([decided]), audit };
    const prepared = await store.prepare(change);
    decided.adopt();
    const stands = () => generation === this.#generation;
    return { outcome, decision: { change, stands, commit: () => this.#commit(change, prepared) } };
  }

  #commit(change: ChangeSet, prepared: { commit(): Promise<void> }): Promise<void> {
    const start = { name: 'batch commit', attributes: aboutChange(change) };
    return this.#tracing.span(start, () => prepared.commit());
  }

  async #recover(): Promise<void> {
    const { store, correlator, deduplicator, clock } = this.#parts;
    const since = clock.now() - Math.max(deduplicator.ttlMs, correlator.rememberMs);
    const clusters = [...this.#clusters];
    const { recentFingerprints, ...remembered } = await store.recover(clusters, since);
    correlator.recover(remembered);
    deduplicator.recover(recentFingerprints);
    this.#isStale = clusters.length < this.#clusters.size;
  }
}

export type ActDecision = Pick<Decision, 'change' | 'stands' | 'commit'>;

function emptyChange(at: number): ChangeSet {
  const none: readonly never[] = [];
  return {
    at,
    created: none,
    repeated: none,
    objectChanges: none,
    deadLetters: none,
    gaps: none,
    positions: none,
    audit: none,
    ...ofIncidents([]),
  };
}

type OfIncidents = 'incidents' | 'strands' | 'counted' | 'log' | 'ties' | 'moves' | 'jobs';

function ofIncidents(all: readonly Correlated[]): Pick<ChangeSet, OfIncidents> {
  return {
    incidents: all.flatMap(({ incidents }) => incidents),
    strands: all.flatMap(({ strands }) => strands),
    counted: all.flatMap(({ counted }) => counted),
    log: all.flatMap(({ log }) => log),
    ties: all.flatMap(({ ties }) => ties),
    moves: all.flatMap(({ moves }) => moves),
    jobs: all.flatMap(({ jobs }) => jobs),
  };
}

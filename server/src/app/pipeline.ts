/**
 * The way of the data, on one screen:
 *
 *   sources → intake → triage → look up → decide (reckon, correlate) → commit → jobs (evidence, notices, deliveries)
 *
 * While batches commit, the next is decided and the one after it triaged (`committing/in-order.ts`). A batch decided ahead of a
 * commit that then fails is decided again, in turn; while the store is down it waits on disk (`committing/in-turn.ts`).
 */
import { randomUUID } from 'node:crypto';
import { type Turn, TURNS } from '../model/delivery.ts';
import type { IncidentHead } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { ChangeSet, Tally } from '../model/change-set.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import { type Store, StoreUnavailable } from '../model/ports/store.ts';
import { type Tracing, UNTRACED } from '../model/tracing.ts';
import type { Correlator } from '../correlate/correlator.ts';
import type { IntakeQueue } from '../kit/intake-queue.ts';
import type { Spool } from '../kit/spool.ts';
import type { Deduplicator } from '../triage/deduplicate.ts';
import { Accounting } from './committing/accounting.ts';
import { type Batch, emptyBatch, type ExcerptRedaction, prepareBatch, type TriageStage } from './committing/batch.ts';
import { InOrder } from './committing/in-order.ts';
import { InTurn } from './committing/in-turn.ts';
import { type StoreHealth, StoreWatch } from './committing/store-watch.ts';
import { type ActDecision, type Decision, Deciding } from './committing/deciding.ts';
import { countTurns } from './committing/incident-turns.ts';
import { aboutChange, isEmpty } from './committing/what-changed.ts';
import type { LookUp } from './committing/looking-up.ts';

export interface PipelineParts {
  readonly intake: IntakeQueue;
  readonly triage: TriageStage;
  readonly redaction: ExcerptRedaction;
  readonly deduplicator: Deduplicator;
  readonly correlator: Correlator;
  readonly store: Store;
  /** Null where nothing may be written beside the store (a replay). */
  readonly spool: Spool<Batch> | null;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Left out, there are no spans. */
  readonly tracing?: Tracing | undefined;
  /** Called after each commit that made jobs. */
  readonly onJobs: () => void;
  /** Called with what each commit changed, once it is committed. */
  readonly onStored: (change: ChangeSet) => void;
  /** Called for each turn in an incident's life, once it is committed. */
  readonly onTurn: (turn: Turn, incident: IncidentHead) => void;
}

/** Arrivals in one batch at the most: what waits for its commit is copied by each round of the garbage collector, and at last grows old. */
const BATCH_LIMIT = 1000;
/** Batches taken from the intake and not settled: one that is decided, and others whose commits are on their way. */
const UNDER_WAY = 3;

export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #deciding: Deciding;
  readonly #store: StoreWatch;
  readonly #inOrder: InOrder;
  readonly #inTurn: InTurn;
  readonly #accounting: Accounting;
  readonly #tracing: Tracing;
  /** Entries of the intake that are committed, spooled or given up. */
  #done = 0;
  #settling: (() => void)[] = [];

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#accounting = new Accounting(parts.metrics);
    this.#tracing = parts.tracing ?? UNTRACED;
    const deciding = new Deciding(parts);
    const store = new StoreWatch(parts);
    this.#deciding = deciding;
    this.#store = store;
    this.#inOrder = new InOrder({ deciding, store, isSpooled: () => parts.spool?.isEmpty === false });
    const onCommitted = (batch: Batch, decision: Decision) => this.#committed(batch, decision);
    this.#inTurn = new InTurn({ ...parts, deciding, store, onCommitted });
  }

  get health(): StoreHealth {
    return this.#store.health;
  }

  get tally(): Readonly<Tally> {
    return this.#accounting.tally;
  }

  /** To be called before anything of this cluster is offered: its open incidents are read back from the store. */
  follow(clusterUid: string): void {
    this.#deciding.follow(clusterUid);
  }

  /** Runs until the intake is closed and empty, or, while the store is down, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { intake, triage, redaction, clock } = this.#parts;
    let failure: { readonly error: unknown } | null = null;
    const underWay: Promise<void>[] = [];
    for (let entries = await intake.take(BATCH_LIMIT); entries !== null; entries = await intake.take(BATCH_LIMIT)) {
      const count = entries.length;
      const receipts = entries.flatMap(({ progress }) => progress.receipt ?? []);
      const batch = await prepareBatch(entries, triage, redaction, clock.now());
      const lookUp = this.#store.isUp ? this.#deciding.lookUp(batch.kept) : null;
      if (underWay.length === UNDER_WAY) await underWay.shift();
      if (failure !== null) break;
      const settled = this.#persist(batch, signal, lookUp)
        .catch((error: unknown) => {
          failure ??= { error };
          return false;
        })
        .then((isStored) => {
          for (const receipt of receipts) receipt(isStored);
        })
        .finally(() => this.#settled(count));
      underWay.push(settled);
    }
    await Promise.all(underWay);
    if (failure !== null) throw new Error('the pipeline stopped', { cause: (failure as { error: unknown }).error });
  }

  /** Resolves what is over by now, and empties the spool when the store is back. */
  async tick(signal: AbortSignal): Promise<void> {
    await this.#persist(emptyBatch(this.#parts.clock.now()), signal, null, false);
  }

  /** Resolves once everything offered so far is committed, or waits on disk. */
  async settle(): Promise<void> {
    while (this.#done < this.#parts.intake.offered) {
      await new Promise<void>((resolve) => this.#settling.push(resolve));
    }
  }

  #settled(entries: number): void {
    this.#done += entries;
    const waiting = this.#settling;
    this.#settling = [];
    for (const resolve of waiting) resolve();
  }

  /** Where it was decided ahead for nothing, it is decided again in its turn. False where it is not in the store. */
  #persist(batch: Batch, signal: AbortSignal, lookUp: LookUp | null, insist = true): Promise<boolean> {
    return this.#tracing.span({ name: 'batch' }, async (span) => {
      const isStored = await this.#inOrder.run(
        () => this.#deciding.decide(batch, lookUp),
        async (stored) => {
          if (stored === null || !isCertain(batch, stored)) {
            return this.#inOrder.alone(() => this.#inTurn.persist(batch, signal, insist));
          }
          this.#committed(batch, stored);
          return true;
        },
      );
      if (!isStored) span.fail('not-stored');
      return isStored;
    });
  }

  /**
   * What a person does to incidents, decided and committed in the order of arrivals, so that memory and store agree. Rejects with
   * `StoreUnavailable` while nothing can be written.
   */
  act(command: Command): Promise<CommandOutcome> {
    let outcome: CommandOutcome | null = null;
    const key = randomUUID();
    const decide = async () => {
      const acted = await this.#deciding.act(command, key);
      outcome = acted.outcome;
      return acted.decision;
    };
    return this.#inOrder.run(decide, async (stored) => {
      if (stored === null || outcome === null) return this.#inOrder.alone(() => this.#actInTurn(command, key));
      this.#acted(stored);
      return outcome;
    });
  }

  async #actInTurn(command: Command, key: string): Promise<CommandOutcome> {
    if (!this.#store.isUp || this.#parts.spool?.isEmpty === false) {
      throw new StoreUnavailable('the store cannot take writes now: try again when it can');
    }
    try {
      const { outcome, decision } = await this.#deciding.act(command, key);
      await decision?.commit();
      if (decision !== null) this.#acted(decision);
      return outcome;
    } catch (error) {
      this.#deciding.startOver();
      throw error;
    }
  }

  #acted({ change }: ActDecision): void {
    countTurns(change, this.#parts.metrics);
    this.#parts.onJobs();
  }

  #committed(batch: Batch, { change, reckoned, began }: Decision): void {
    const { clock, metrics, onJobs, onTurn } = this.#parts;
    this.#accounting.adopt(batch, reckoned, clock.now());
    this.#parts.onStored(change);
    if (isEmpty(change)) this.#tracing.current().forget();
    else this.#tracing.current().set(aboutChange(change));
    metrics.observe('tattle_commit_seconds', {}, (performance.now() - began) / 1000);
    countTurns(change, metrics);
    if (change.jobs.length === 0) return;
    onJobs();
    for (const { incidentId, payload } of change.jobs) {
      const incident = change.incidents.findLast(({ id }) => id === incidentId);
      const turn = TURNS.find((known) => known === payload['kind']);
      if (incident !== undefined && turn !== undefined) onTurn(turn, incident);
    }
  }
}

/** A repeat changes nothing, and is as good as stored only where what it repeats is: a commit before it may have failed since. */
function isCertain({ durable }: Batch, decision: ActDecision): boolean {
  return !durable || decision.stands();
}

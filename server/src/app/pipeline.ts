/**
 * The way of the data, on one screen:
 *
 *   sources → intake → triage → look up → decide (reckon, correlate) → commit → jobs (evidence, notices, deliveries)
 *
 * While batches commit, the next is decided and the one after it triaged: the database and this process work at the same time.
 * Commits are sent in the order of arrival, without waiting for the answer to the one before. A batch decided ahead of a commit
 * that then fails is decided again, in turn.
 */
import { randomUUID } from 'node:crypto';
import { type Turn, TURNS } from '../model/delivery.ts';
import type { IncidentHead } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { ChangeSet, DeadLetter, Tally } from '../model/change-set.ts';
import type { TriagedEvent } from '../model/cluster-event.ts';
import {
  type Clock,
  ConflictError,
  DataError,
  type Logger,
  type Metrics,
  type Store,
  StoreUnavailable,
} from '../model/ports.ts';
import type { Correlator } from '../correlate/correlator.ts';
import type { IntakeQueue } from '../kit/intake-queue.ts';
import type { Spool } from '../kit/spool.ts';
import type { Deduplicator } from '../triage/deduplicate.ts';
import { Accounting } from './accounting.ts';
import { type Batch, emptyBatch, type ExcerptRedaction, excerptOf, prepareBatch, type TriageStage } from './batch.ts';
import { type ActDecision, type Decision, Deciding } from './deciding.ts';
import { countTurns } from './incident-turns.ts';
import type { LookUp } from './looking-up.ts';
import { Turns } from '../kit/turns.ts';

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
  /** Called after each commit that made jobs. */
  readonly onJobs: () => void;
  /** Called with what each commit changed, once it is committed. */
  readonly onStored: (change: ChangeSet) => void;
  /** Called for each turn in an incident's life, once it is committed. */
  readonly onTurn: (turn: Turn, incident: IncidentHead) => void;
}

export type StoreHealth = { readonly up: true } | { readonly up: false; readonly since: number; readonly why: string };

/** Arrivals in one batch at the most: what waits for its commit is copied by each round of the garbage collector, and at last grows old. */
const BATCH_LIMIT = 1000;
/** Batches taken from the intake and not settled: one that is decided, and others whose commits are on their way. */
const UNDER_WAY = 3;
const RETRY_MS = 1000;
const CONFLICT_TRIES = 5;
/** A store that keeps one waiting for longer is told as down: nothing is lost, but nothing is stored either. */
const UNANSWERED_MS = 5000;

/** A batch that is decided ahead, or waits for its turn. */
interface UnderWay {
  decision: ActDecision | null;
  settled: boolean;
}

interface Sent<D extends ActDecision> {
  readonly decision: D;
  readonly answer: Promise<void>;
}

export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #deciding: Deciding;
  readonly #decisions = new Turns();
  readonly #sending = new Turns();
  readonly #commits = new Turns();
  readonly #accounting: Accounting;
  #last: UnderWay = { decision: null, settled: true };
  #health: StoreHealth = { up: true };
  #askedAt: number | null = null;
  #nextTry = 0;
  /** Entries of the intake that are committed, spooled or given up. */
  #done = 0;
  #settling: (() => void)[] = [];

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#accounting = new Accounting(parts.metrics);
    this.#deciding = new Deciding(parts);
  }

  get health(): StoreHealth {
    const since = this.#askedAt;
    const waited = since === null ? 0 : this.#parts.clock.now() - since;
    if (!this.#health.up || since === null || waited < UNANSWERED_MS) return this.#health;
    return { up: false, since, why: `the store has not answered for ${Math.round(waited / 1000)} s` };
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
      const lookUp = this.#health.up ? this.#deciding.lookUp(batch.kept) : null;
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
    return this.#inOrder(
      () => this.#deciding.decide(batch, lookUp),
      async (sent) => {
        if (sent !== null && (await this.#answered(sent)) && isCertain(batch, sent.decision)) {
          this.#committed(batch, sent.decision);
          return true;
        }
        return this.#decisions.run(() => this.#inTurn(batch, signal, insist));
      },
    );
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
    return this.#inOrder(decide, async (sent) => {
      if (sent === null || outcome === null || !(await this.#answered(sent))) {
        return this.#decisions.run(() => this.#actInTurn(command, key));
      }
      this.#acted(sent.decision);
      return outcome;
    });
  }

  async #actInTurn(command: Command, key: string): Promise<CommandOutcome> {
    if (!this.#health.up || this.#parts.spool?.isEmpty === false) {
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

  /** Decided and sent ahead of the answers to earlier ones; finished in the order of asking. `sent` is null where neither went well. */
  #inOrder<D extends ActDecision, T>(
    decide: () => Promise<D | null>,
    finish: (sent: Sent<D> | null) => Promise<T>,
  ): Promise<T> {
    const before = this.#last;
    const own: UnderWay = { decision: null, settled: false };
    this.#last = own;
    const ahead = this.#decisions.run(async () => {
      const decision = await this.#decideAhead(decide, before);
      own.decision = decision;
      return decision;
    });
    const sent = this.#sending.run(async () => this.#send(await ahead));
    return this.#commits.run(async () => {
      this.#askedAt = this.#parts.clock.now();
      try {
        return await finish(await sent);
      } finally {
        this.#askedAt = null;
        own.settled = true;
      }
    });
  }

  /** Null where it has to wait for its turn, as everything behind it has, until one in its turn went well. */
  async #decideAhead<D extends ActDecision>(decide: () => Promise<D | null>, before: UnderWay): Promise<D | null> {
    const { spool } = this.#parts;
    if (!this.#health.up || this.#deciding.isStale || spool?.isEmpty === false) return null;
    // What has to be decided again must not be overtaken: the position of a later batch covers it, too.
    if (!before.settled && before.decision?.stands() !== true) return null;
    try {
      return await decide();
    } catch {
      // Told and handled when its turn comes and it fails again.
      this.#deciding.startOver();
      return null;
    }
  }

  /** Null where it counted on what did not happen. */
  #send<D extends ActDecision>(decision: D | null): Sent<D> | null {
    if (decision === null || !decision.stands()) return null;
    const answer = decision.commit();
    // It is awaited in its turn, which may come after it failed.
    answer.catch(() => undefined);
    return { decision, answer };
  }

  async #answered({ decision, answer }: Sent<ActDecision>): Promise<boolean> {
    try {
      await answer;
      return true;
    } catch (error) {
      // Where an earlier one failed, memory was read back since, and must not be lost for this one again.
      if (decision.stands()) {
        this.#deciding.startOver();
        if (error instanceof StoreUnavailable) this.#storeIsDown(error);
      }
      return false;
    }
  }

  /** Into the store, else onto the spool, else wait. With `insist` false it may also do nothing for now. */
  async #inTurn(batch: Batch, signal: AbortSignal, insist: boolean): Promise<boolean> {
    const { clock, spool } = this.#parts;
    while (!(await this.#intoStore(batch))) {
      if (!insist) return false;
      if (spool !== null && (await spool.append(batch))) {
        this.#parts.metrics.gauge('tattle_spool_bytes', {}, spool.bytes);
        return false;
      }
      if (signal.aborted) return false;
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
    return true;
  }

  async #intoStore(batch: Batch): Promise<boolean> {
    const { clock } = this.#parts;
    if (!this.#health.up && clock.now() < this.#nextTry) return false;
    try {
      await this.#drainSpool();
      await this.#commit(batch);
      this.#storeIsUp();
      return true;
    } catch (error) {
      this.#deciding.startOver();
      if (!(error instanceof StoreUnavailable)) throw error;
      this.#storeIsDown(error);
      return false;
    }
  }

  async #drainSpool(): Promise<void> {
    const { spool } = this.#parts;
    if (spool === null) return;
    for (let waiting = await spool.oldest(); waiting !== null; waiting = await spool.oldest()) {
      // An earlier version may have left it, which knew fewer of its parts.
      const batch = { ...emptyBatch(waiting.arrivedAt), ...waiting };
      this.#followAll(batch);
      await this.#commit(batch);
      await spool.dropOldest();
      this.#parts.metrics.gauge('tattle_spool_bytes', {}, spool.bytes);
    }
  }

  /** What an earlier process spooled is decided on what was open then, also before its cluster is reached again. */
  #followAll({ kept }: Batch): void {
    for (const { observation } of kept) this.#deciding.follow(observation.cluster.uid);
  }

  async #commit(batch: Batch): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#askedAt = this.#parts.clock.now();
        const decision = await this.#deciding.decide(batch, null);
        await decision.commit();
        return this.#committed(batch, decision);
      } catch (error) {
        this.#deciding.startOver();
        if (error instanceof DataError) return this.#isolate(batch, error);
        if (!(error instanceof ConflictError) || attempt === CONFLICT_TRIES) throw error;
        this.#parts.metrics.count('tattle_batch_retries_total', { cause: 'conflict' });
      }
    }
  }

  #committed(batch: Batch, { change, reckoned, began }: Decision): void {
    const { clock, metrics, onJobs, onTurn } = this.#parts;
    this.#accounting.adopt(batch, reckoned, clock.now());
    this.#parts.onStored(change);
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

  /** PostgreSQL refuses something in the batch: find it by halves, keep the rest, set it aside. */
  async #isolate(batch: Batch, refusal: DataError): Promise<void> {
    const { kept } = batch;
    const [only] = kept;
    if (only === undefined) throw new Error('the store refuses a batch without events', { cause: refusal });
    if (kept.length === 1) {
      const { redaction, clock } = this.#parts;
      const excerpt = excerptOf(only.observation, redaction);
      return this.#commit(withoutPoison(batch, only, { excerpt, error: refusal.message, at: clock.now() }));
    }
    const middle = kept.length >> 1;
    await this.#commit({ ...emptyBatch(batch.arrivedAt), durable: batch.durable, kept: kept.slice(0, middle) });
    await this.#commit({ ...batch, kept: kept.slice(middle) });
  }

  #storeIsUp(): void {
    if (!this.#health.up)
      this.#parts.logger.info({}, 'the store is back, and nothing that was acknowledged is missing');
    this.#health = { up: true };
  }

  #storeIsDown(error: StoreUnavailable): void {
    const { clock, logger, metrics } = this.#parts;
    if (this.#health.up) {
      logger.error({ err: error }, 'the store cannot take writes: new events wait on disk until it can');
      this.#health = { up: false, since: clock.now(), why: error.message };
    }
    this.#nextTry = clock.now() + RETRY_MS;
    metrics.count('tattle_batch_retries_total', { cause: 'store-unavailable' });
  }
}

/** A repeat changes nothing, and is as good as stored only where what it repeats is: a commit before it may have failed since. */
function isCertain({ durable }: Batch, decision: ActDecision): boolean {
  return !durable || decision.stands();
}

function withoutPoison(batch: Batch, { observation }: TriagedEvent, letter: Omit<DeadLetter, 'cluster'>): Batch {
  const { cluster, source } = observation;
  return {
    ...batch,
    kept: [],
    dropped: [...batch.dropped, { cluster: cluster.name, reason: 'poison', source }],
    deadLetters: [...batch.deadLetters, { ...letter, cluster }],
  };
}

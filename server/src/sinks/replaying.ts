/**
 * Sends again what was refused and what a person asked for. By whoever runs the sink, between two pages of its own: so nothing
 * that it sends meanwhile is overtaken, and an incident never goes back to a state that it has left.
 */
import type { Clock, Logger } from '../model/ports/process.ts';
import type { KeptRefusal, ReplayOutcome, SinkRecord, SinkStore } from '../model/sink.ts';
import { type BatchLimits, batches } from './batches.ts';
import type { Delivering } from './delivering.ts';
import type { Attempted } from './dividing.ts';
import { readStored } from './stored-record.ts';

const REPLAY_MS = 2_000;
/** After the other side could not be reached. */
const LATER_MS = 30_000;
const AT_ONCE = 200;

const GONE = 'The incident is no longer stored: it cannot be sent again.';
const UNREADABLE = 'The record cannot be read any more: it cannot be sent again.';

export interface ReplayingOptions {
  readonly store: Pick<SinkStore, 'toReplay' | 'endReplay'>;
  /** As they are now; what is not stored any more is left out. */
  readonly incidents: (ids: readonly string[]) => Promise<readonly SinkRecord[]>;
  readonly delivering: Pick<Delivering, 'once'>;
  readonly name: string;
  readonly limits: BatchLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replayMs?: number | undefined;
}

export class Replaying {
  readonly #options: ReplayingOptions;
  #notBefore = 0;

  constructor(options: ReplayingOptions) {
    this.#options = options;
  }

  /** Each is tried once; what cannot be told goes on waiting. Never rejects: the sink's own records do not wait for this. */
  async turn(cut: AbortSignal): Promise<void> {
    const { store, name, limits, clock, logger, replayMs = REPLAY_MS } = this.#options;
    if (clock.now() < this.#notBefore) return;
    this.#notBefore = clock.now() + replayMs;
    try {
      const asked = await store.toReplay(name, AT_ONCE);
      if (asked.length === 0) return;
      const { idsOf, records, lost } = await this.#records(asked);
      if (lost.length > 0) await store.endReplay(name, { taken: [], kept: lost });
      for (const batch of batches(records, limits)) {
        const result = await this.#options.delivering.once(batch, cut);
        if (cut.aborted) return;
        const outcome = outcomeOf(batch, result, idsOf);
        await store.endReplay(name, outcome);
        logger.info(
          { sink: name, taken: outcome.taken.length, refused: outcome.kept.length },
          'refusals were sent again',
        );
        const isAway = result.left.length > result.suspects.length && !result.refusesAll;
        if (!isAway) continue;
        this.#notBefore = clock.now() + LATER_MS;
        return;
      }
    } catch (error) {
      logger.debug({ err: error, sink: name }, 'refusals cannot be sent again yet');
    }
  }

  /** Occurrences as they were; incidents as they are, each once however many of its states were refused. */
  async #records(asked: readonly KeptRefusal[]) {
    const idsOf = new Map<string, string[]>();
    const note = (record: string, id: string) => idsOf.set(record, [...(idsOf.get(record) ?? []), id]);
    const events: SinkRecord[] = [];
    const ofIncidents = new Map<string, string[]>();
    const lost: ReplayOutcome['kept'][number][] = [];
    for (const { id, document } of asked) {
      const read = readStored(document);
      if (read === null) lost.push({ id, reason: UNREADABLE });
      else if (read.kind === 'incident')
        ofIncidents.set(read.incidentId, [...(ofIncidents.get(read.incidentId) ?? []), id]);
      else {
        if (!idsOf.has(read.record.document.id)) events.push(read.record);
        note(read.record.document.id, id);
      }
    }
    const incidents = await this.#options.incidents([...ofIncidents.keys()]);
    for (const record of incidents) {
      for (const id of ofIncidents.get(record.key) ?? []) note(record.document.id, id);
      ofIncidents.delete(record.key);
    }
    lost.push(...[...ofIncidents.values()].flat().map((id) => ({ id, reason: GONE })));
    return { records: [...events, ...incidents], idsOf, lost };
  }
}

/** What is left because the other side was away is in neither list: it goes on waiting. */
function outcomeOf(
  batch: readonly SinkRecord[],
  { refused, suspects, left, uncounted, refusesAll }: Attempted,
  idsOf: ReadonlyMap<string, readonly string[]>,
): ReplayOutcome {
  const reasons = new Map([...refused, ...suspects].map(({ record, reason }) => [record, reason]));
  const isLeft = new Set(left);
  // Some were refused, and which is not known: all stay, since sending one twice does less harm.
  const [vague] = uncounted;
  const taken: string[] = [];
  const kept: { id: string; reason: string | null }[] = [];
  for (const record of batch) {
    const ids = idsOf.get(record.document.id) ?? [];
    const reason = reasons.get(record);
    if (reason !== undefined) kept.push(...ids.map((id) => ({ id, reason })));
    else if (isLeft.has(record)) kept.push(...(refusesAll ? ids.map((id) => ({ id, reason: null })) : []));
    else if (vague !== undefined) kept.push(...ids.map((id) => ({ id, reason: vague.reason })));
    else taken.push(...ids);
  }
  return { taken, kept };
}

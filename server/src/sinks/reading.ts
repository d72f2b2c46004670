/** What is next for a sink: pages of the feed, or of stored history where the feed does not reach back to where it stands. */
import type { History } from '../model/ports/history.ts';
import type { CatchUp, SinkProgress, SinkRecord, SinkStore } from '../model/sink.ts';
import { eventRecord, incidentRecord } from './record.ts';

/** Entries are batches; an answer of the feed holds some thousand events at the most, and after one this full there is more. */
const ENTRIES = 200;
const FULL = 1_000;
const HISTORY_PAGE = 1_000;
const INCIDENT_PAGE = 200;
/** Clocks differ, and what was stored a while ago may have been told late: a catch-up begins so much earlier. */
const MARGIN_MS = 15 * 60_000;
/** Incidents whose last state is remembered, so that what did not change is not sent again. */
const STATES_KEPT = 10_000;

export interface Page {
  readonly records: readonly SinkRecord[];
  /** Where the sink stands once they are taken. */
  readonly next: SinkProgress;
  /** Whether it is worth asking again at once. */
  readonly more: boolean;
  /** Set on the first page of a catch-up: from when on it reads, milliseconds. */
  readonly catchesUpSince?: number;
}

export interface ReaderOptions {
  readonly store: SinkStore;
  readonly history: Pick<History, 'incidentsById' | 'diagnoses'>;
  readonly now: () => number;
}

/** For one run of one sink: what it gave out counts as sent. */
export class SinkReader {
  readonly #options: ReaderOptions;
  /** Incident → id of the record that was given out last. */
  readonly #states = new Map<string, string>();

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Throws `StoreUnavailable`. */
  async after(progress: SinkProgress): Promise<Page> {
    const { catchUp } = progress;
    if (catchUp !== null) return this.#history(progress, catchUp);
    const { store, now } = this.#options;
    const asked = now();
    const entries = await store.after(progress.position, ENTRIES);
    if (entries === null) return this.#startCatchUp(progress);
    const last = entries.at(-1);
    if (last === undefined)
      return { records: [], next: { ...progress, at: Math.max(progress.at, asked) }, more: false };
    const events = entries.flatMap(({ occurrences }) => occurrences.map(eventRecord));
    const incidents = await this.#incidents(entries.flatMap(({ incidentIds }) => incidentIds));
    const next = { position: last.position, at: Math.max(progress.at, last.at), catchUp: null };
    const more = entries.length === ENTRIES || events.length >= FULL;
    return { records: [...events, ...incidents], next, more };
  }

  /** Its end is taken before history is read: what is stored in between is told twice rather than not at all. */
  async #startCatchUp(progress: SinkProgress): Promise<Page> {
    const { store, now } = this.#options;
    const position = await store.end();
    const since = Math.max(0, progress.at - MARGIN_MS);
    const catchUp: CatchUp = { stage: 'events', since, until: now() + MARGIN_MS, at: Number.MIN_SAFE_INTEGER, seq: 0 };
    return { records: [], next: { ...progress, position, catchUp }, more: true, catchesUpSince: since };
  }

  async #history(progress: SinkProgress, catchUp: CatchUp): Promise<Page> {
    const { store } = this.#options;
    if (catchUp.stage === 'events') {
      const { occurrences, next } = await store.occurrencesSince(catchUp, HISTORY_PAGE);
      const going: CatchUp =
        next === null ? { stage: 'incidents', since: catchUp.since, after: '' } : { ...catchUp, ...next };
      return { records: occurrences.map(eventRecord), next: { ...progress, catchUp: going }, more: true };
    }
    const ids = await store.incidentsSince(catchUp.since, catchUp.after, INCIDENT_PAGE);
    const last = ids.at(-1);
    if (last === undefined) return { records: [], next: { ...progress, catchUp: null }, more: true };
    const records = await this.#incidents(ids);
    return { records, next: { ...progress, catchUp: { ...catchUp, after: last } }, more: true };
  }

  /** In the order of the ids; those that look as they did when they were given out last are left out. */
  async #incidents(ids: readonly string[]): Promise<readonly SinkRecord[]> {
    const records = await this.incidentsNow(ids);
    return records.filter(({ key, document }) => this.#isNews(key, document.id));
  }

  /** In the order of the ids; those that are not stored any more are left out. Throws `StoreUnavailable`. */
  async incidentsNow(ids: readonly string[]): Promise<readonly SinkRecord[]> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return [];
    const { history } = this.#options;
    const [incidents, diagnoses] = await Promise.all([history.incidentsById(wanted), history.diagnoses(wanted)]);
    const byId = new Map(incidents.map((incident) => [incident.id, incident]));
    const diagnosed = new Map(diagnoses.map((diagnosis) => [diagnosis.incidentId, diagnosis]));
    return wanted.flatMap((id) => {
      const incident = byId.get(id);
      return incident === undefined ? [] : [incidentRecord(incident, diagnosed.get(id) ?? null)];
    });
  }

  #isNews(incidentId: string, state: string): boolean {
    if (this.#states.get(incidentId) === state) return false;
    this.#states.delete(incidentId);
    this.#states.set(incidentId, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > STATES_KEPT && oldest !== undefined) this.#states.delete(oldest);
    return true;
  }
}

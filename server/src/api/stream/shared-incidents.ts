/** The incidents of an entry are read once for all clients of one scope: most see everything. */
import type { WireIncident } from '@tattle/contract';
import type { Scope } from '../../model/access.ts';
import type { FeedEntry } from '../../model/ports/feed.ts';
import type { History } from '../../model/ports/history.ts';
import { seeAll } from '../incident-sight.ts';

export class SharedIncidents {
  readonly #history: History;
  readonly #seen = new WeakMap<FeedEntry, Map<string, Promise<WireIncident[]>>>();

  constructor(history: History) {
    this.#history = history;
  }

  async seen(entry: FeedEntry, scope: Scope): Promise<WireIncident[]> {
    if (entry.incidentIds.length === 0) return [];
    const byScope = this.#seen.get(entry) ?? new Map<string, Promise<WireIncident[]>>();
    this.#seen.set(entry, byScope);
    const key = JSON.stringify(scope);
    const known = byScope.get(key);
    if (known !== undefined) return known;
    const reading = this.#read(entry, scope);
    byScope.set(key, reading);
    // What failed is read again by whoever asks next.
    reading.catch(() => byScope.delete(key));
    return reading;
  }

  async #read({ incidentIds }: FeedEntry, scope: Scope): Promise<WireIncident[]> {
    return seeAll(await this.#history.incidentsById(incidentIds), scope, this.#history);
  }
}

/** Reads the list page by page as far as one looks, and lets go of what is far from there. */
import type { QueryClient } from '@tanstack/svelte-query';
import type { Answer } from '../../api/types.ts';
import { call } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import type { EventQuery } from '../../filter/terms.ts';
import { type Head, headOf, upTo } from './arrivals.ts';
import { appended, EMPTY_TABLE, keptNear, missingBetween, type PageTable, restored } from './page-table.ts';

/** The first page is what one waits for; those after it are read ahead. */
const FIRST_ROWS = 100;
const PAGE_ROWS = 500;
/** Some six thousand rows, whatever one scrolls through. */
const HELD_PAGES = 12;
/** The next page is read when its beginning is this near. */
const AHEAD_ROWS = 400;
/** Pages that ended early without a single row, before a person is asked whether to go on. */
const EMPTY_PAGES = 5;

export class EventRows {
  #table = $state.raw<PageTable>(EMPTY_TABLE);
  #problem = $state.raw<unknown>(null);
  /** Whether what is shown answers an earlier question. */
  #isStale = $state(true);
  #isReading = $state(false);
  /** Pages in a row that brought nothing in the time they had. */
  #emptyPages = $state(0);
  #query: EventQuery = {};
  /** Ends just after the newest row, so that what happens meanwhile moves no row to another page. */
  #pinned: EventQuery = {};
  #stopped = new AbortController();
  /** Part of each question's key: one that was stopped answers nobody else. */
  #turn = 0;
  #head: Head = headOf([], true);
  readonly #client: QueryClient;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  get table(): PageTable {
    return this.#table;
  }

  get problem(): unknown {
    return this.#problem;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  /** Whether the search stopped for a person to say whether to go on. */
  get isPaused(): boolean {
    return this.#emptyPages >= EMPTY_PAGES;
  }

  get head(): Head {
    return this.#head;
  }

  /** Starts over; answers whether this was not overtaken by another question. */
  async ask(query: EventQuery, isOpen: boolean): Promise<boolean> {
    this.stop();
    const { signal } = this.#stopped;
    this.#query = query;
    this.#isStale = true;
    const page = await this.#read(query, null, FIRST_ROWS, signal);
    if (page === null) return false;
    this.#head = headOf(page.items, page.nextCursor === null);
    this.#pinned = isOpen ? upTo(query, this.#head) : query;
    this.#table = appended(EMPTY_TABLE, page);
    this.#emptyPages = page.items.length === 0 && page.nextCursor !== null ? 1 : 0;
    this.#isStale = false;
    return true;
  }

  stop(): void {
    this.#stopped.abort();
    this.#stopped = new AbortController();
    this.#turn += 1;
    this.#isReading = false;
  }

  /** These rows are looked at: reads what they and the near need. */
  show(first: number, last: number): void {
    if (this.#isReading || this.#isStale || this.#problem !== null) return;
    const [missing] = missingBetween(this.#table, first, last);
    if (missing !== undefined) void this.#restore(missing, first);
    else if (this.#table.next !== null && !this.isPaused && last + AHEAD_ROWS >= this.#table.count) {
      void this.#goOn(first);
    }
  }

  /** After a failure, or a pause. */
  resume(): void {
    this.#problem = null;
    this.#emptyPages = 0;
  }

  async #goOn(near: number): Promise<void> {
    const page = await this.#read(this.#pinned, this.#table.next, PAGE_ROWS, this.#stopped.signal);
    if (page === null) return;
    this.#emptyPages = page.items.length === 0 && page.nextCursor !== null ? this.#emptyPages + 1 : 0;
    this.#table = keptNear(appended(this.#table, page), near, HELD_PAGES);
  }

  async #restore(index: number, near: number): Promise<void> {
    const slot = this.#table.pages[index];
    if (slot === undefined) return;
    const page = await this.#read(this.#pinned, slot.cursor, slot.count, this.#stopped.signal);
    if (page !== null) this.#table = keptNear(restored(this.#table, index, page.items), near, HELD_PAGES);
  }

  /** Null where it was overtaken, or failed. */
  async #read(query: EventQuery, cursor: string | null, limit: number, signal: AbortSignal) {
    this.#isReading = true;
    const asked = { query: { ...query, limit, ...(cursor === null ? {} : { cursor }) } };
    try {
      const page = await this.#client.fetchQuery<Answer<'listEvents'>>({
        queryKey: ['listEvents', asked, 'page', this.#turn],
        queryFn: () => call('listEvents', asked, { signal }),
        staleTime: 0,
        gcTime: 0,
        retry: (failures, error) =>
          !signal.aborted && failures < 2 && error instanceof ApiProblem && error.status === 0,
      });
      if (signal.aborted) return null;
      this.#problem = null;
      return page;
    } catch (error) {
      if (!signal.aborted) this.#problem = error;
      return null;
    } finally {
      if (!signal.aborted) this.#isReading = false;
    }
  }
}

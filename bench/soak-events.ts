/** What is stored of the events that a witness served, held against what it remembers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TattleProcess } from './tattle-process.ts';
import type { Served } from './witness.ts';

const CATCH_UP_MS = 60_000;

export interface Row {
  readonly uid: string;
  readonly origin: string;
  readonly reason: string;
  readonly count: number;
  readonly message: string;
}

/** The witness is paused: what is stored must come to equal what was served. Resolves with what does not. */
export async function caughtUp(tattle: TattleProcess, served: ReadonlyMap<string, Served>): Promise<string[]> {
  const deadline = performance.now() + CATCH_UP_MS;
  for (;;) {
    const failed = compare(served, await rowsOf(tattle, 'event'));
    if (failed.length === 0 || performance.now() > deadline) return failed;
    await sleep(1000);
  }
}

export async function rowsOf(tattle: TattleProcess, wanted: string): Promise<readonly Row[]> {
  const all: Row[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await tattle.get(`/api/v1/events?limit=1000${query}`);
    if (!answer.ok) throw new Error(`the events answered ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as { items: readonly Row[]; nextCursor: string | null };
    all.push(...page.items.filter(({ origin }) => origin === wanted));
    cursor = page.nextCursor;
  }
  return all;
}

function compare(served: ReadonlyMap<string, Served>, stored: readonly Row[]): string[] {
  const failed: string[] = [];
  const seen = new Set<string>();
  for (const { uid, count, message } of stored) {
    if (seen.has(uid)) failed.push(`${uid} is stored twice`);
    seen.add(uid);
    const truth = served.get(uid);
    if (truth === undefined) failed.push(`${uid} was never served`);
    else if (truth.count !== count) failed.push(`${uid} has count ${count}, served ${truth.count}`);
    else if (truth.message !== message) failed.push(`${uid} says ${JSON.stringify(message)}`);
  }
  for (const uid of served.keys()) if (!seen.has(uid)) failed.push(`${uid} is lost`);
  return failed;
}

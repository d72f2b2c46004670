/** Offers what was handed in to the intake, and waits until it is on the store's disk: a sender that was told so will not send it again. */
import type { IntakeQueue } from '../../kit/intake-queue.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { Item } from '../../observe/taking-in/reading.ts';

/** How it ended; all but `stored` ask for it again. */
export type Handover = 'stored' | 'not-stored' | 'full' | 'late' | 'closed';

/** Of one entry of the intake: it commits whole. */
const ARRIVALS_AT_ONCE = 500;
/** A queue that is full for longer than this is overload. */
const ROOM_WITHIN_MS = 1000;
const LOOK_MS = 20;
const STORED_WITHIN_MS = 10_000;

export interface HandoverParts {
  readonly intake: Pick<IntakeQueue, 'full' | 'offer'>;
  readonly clock: Clock;
}

export async function handOver(items: readonly Item[], { intake, clock }: HandoverParts): Promise<Handover> {
  const until = clock.now() + ROOM_WITHIN_MS;
  const receipts: Promise<Handover>[] = [];
  for (const { arrivals, changes } of bundles(items)) {
    while (intake.full) {
      if (clock.now() >= until) return 'full';
      await clock.sleep(LOOK_MS);
    }
    receipts.push(
      new Promise((resolve) => {
        // What it resolves to is of no interest here: a sender waits for the commit, not for room behind it.
        intake
          .offer(arrivals, { changes, receipt: (isStored) => resolve(isStored ? 'stored' : 'not-stored') })
          .catch(() => resolve('closed'));
      }),
    );
  }
  return withinTime(receipts, clock);
}

async function withinTime(receipts: readonly Promise<Handover>[], clock: Clock): Promise<Handover> {
  const patience = new AbortController();
  const late = clock.sleep(STORED_WITHIN_MS, patience.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  );
  const all = Promise.all(receipts).then((ends) => ends.find((end) => end !== 'stored') ?? 'stored');
  try {
    return await Promise.race([all, late]);
  } finally {
    patience.abort();
  }
}

function bundles(items: readonly Item[]): readonly Item[] {
  const all: Item[] = [];
  for (let i = 0; i < items.length; i += ARRIVALS_AT_ONCE / 2) {
    const some = items.slice(i, i + ARRIVALS_AT_ONCE / 2);
    const arrivals = some.flatMap((item) => item.arrivals);
    all.push({ arrivals, changes: some.flatMap((item) => item.changes) });
  }
  return all;
}

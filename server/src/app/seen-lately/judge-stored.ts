/** Stored events of a window under other rules, the newest first: examples of what they drop, and what only whole events can tell. */
import type { DroppedExample, OnStored, StoredOnlyRule } from '../../api/ports.ts';
import type { ClusterEvent } from '../../model/cluster-event.ts';
import type { History } from '../../model/ports/history.ts';
import type { EventFilter } from '../../model/query.ts';
import type { FilterSettings } from '../../model/settings.ts';
import { pauses } from './pauses.ts';
import { storedVerdict } from './verdicts.ts';

const MOST_EXAMPLES = 50;
const MOST_JUDGED = 5000;
const PAGE = 1000;
/** After this no further page is read. */
const BUDGET_MS = 2000;

interface JudgedStored {
  readonly examples: readonly DroppedExample[];
  readonly onStored: OnStored | null;
  readonly partial: boolean;
}

/** Throws `StoreUnavailable`. */
export async function judgeStored(
  history: Pick<History, 'events'>,
  window: Pick<EventFilter, 'from' | 'to' | 'scope'>,
  tried: FilterSettings,
): Promise<JudgedStored> {
  const rules = storedOnlyRules(tried);
  const verdict = storedVerdict(tried);
  const examples: DroppedExample[] = [];
  let [events, dropped] = [0, 0];
  const judge = (event: ClusterEvent) => {
    const reason = verdict(event);
    const byStoredOnly = reason === 'label-selector' || reason === 'minimum-count';
    if (reason === null || byStoredOnly) events += 1;
    if (byStoredOnly) dropped += 1;
    if (reason !== null && examples.length < MOST_EXAMPLES) examples.push({ event, reason });
  };
  // Examples alone are had when there are enough of them.
  const isDone = () => rules.length === 0 && examples.length === MOST_EXAMPLES;
  const partial = await lookThrough(history, window, judge, isDone);
  return { examples, onStored: rules.length === 0 ? null : { rules, events, dropped }, partial };
}

/** Whether some of the window was left out. */
async function lookThrough(
  history: Pick<History, 'events'>,
  window: Pick<EventFilter, 'from' | 'to' | 'scope'>,
  judge: (event: ClusterEvent) => void,
  isDone: () => boolean,
): Promise<boolean> {
  const until = performance.now() + BUDGET_MS;
  const pause = pauses();
  let cursor: string | null = null;
  for (let judged = 0; judged < MOST_JUDGED && performance.now() < until; ) {
    const page = await history.events(
      { ...window, fields: {} },
      { limit: PAGE, ...(cursor === null ? {} : { cursor }) },
    );
    for (const event of page.items) {
      await pause();
      judge(event);
    }
    cursor = page.nextCursor;
    if (cursor === null || isDone()) return false;
    judged += page.items.length;
  }
  return true;
}

function storedOnlyRules({ labelSelector, minimumCount }: FilterSettings): readonly StoredOnlyRule[] {
  return [
    ...(labelSelector.trim() === '' ? [] : (['labelSelector'] as const)),
    ...(minimumCount === 1 ? [] : (['minimumCount'] as const)),
  ];
}

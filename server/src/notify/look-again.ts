/** When what held notices back is over early (a silence was ended, the incident that explained others is), they are looked at again now. */
import type { JobQueue } from '../model/ports/jobs.ts';
import type { NoticeBook } from '../model/ports/telling.ts';
import { lookKey } from './policy/decide.ts';

export interface LookAgainParts {
  readonly notices: Pick<NoticeBook, 'heldBy'>;
  readonly queue: Pick<JobQueue, 'hasten'>;
}

/** Beyond so many, the rest is looked at when its time comes. */
const MOST_AT_ONCE = 1000;

/** `by`: the id of the silence or the incident. Returns how many are looked at again. */
export async function lookAgain(by: string, now: number, { notices, queue }: LookAgainParts): Promise<number> {
  const held = await notices.heldBy(by, MOST_AT_ONCE);
  return held.length === 0
    ? 0
    : queue.hasten(
        held.map(({ noticeId }) => lookKey(noticeId)),
        now,
      );
}

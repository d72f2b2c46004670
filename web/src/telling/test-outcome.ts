/** What became of a test message, in words. Pure. */
import type { WireDelivery } from '@tattle/contract';

export interface TestOutcome {
  readonly tone: 'waiting' | 'good' | 'trying' | 'bad';
  readonly words: string;
  /** What the other end said; empty where it said nothing. */
  readonly said: string;
}

/** Undefined: the delivery is not known yet. `isFailing`: calls to the channel are held back for a while. */
export function testOutcome(delivery: WireDelivery | undefined, isFailing = false): TestOutcome {
  if (delivery === undefined) return { tone: 'waiting', words: 'On its way', said: '' };
  const { status, attempts, lastError, lastStatusCode } = delivery;
  const said = saidOf(lastError, lastStatusCode);
  switch (status) {
    case 'delivered':
      return { tone: 'good', words: 'The test arrived', said: '' };
    case 'dead':
      return { tone: 'bad', words: 'The test did not arrive, and is not tried again', said };
    case 'disabled':
      return { tone: 'bad', words: 'The other end says that it is gone', said };
    case 'suppressed':
      return { tone: 'bad', words: 'Nothing is sent while a recording is replayed', said };
    case 'pending':
      if (attempts > 0) return { tone: 'trying', words: 'The test did not arrive yet: it is tried again', said };
      return isFailing
        ? { tone: 'trying', words: 'It waits: earlier calls failed, so that calls are held back for a while', said }
        : { tone: 'waiting', words: 'On its way', said };
  }
}

function saidOf(error: string | null, code: number | null): string {
  if (error === null) return '';
  return code === null || error.includes(String(code)) ? error : `HTTP ${code}: ${error}`;
}

/** Whether nothing more is to come of it. */
export function isOver(outcome: TestOutcome): boolean {
  return outcome.tone === 'good' || outcome.tone === 'bad';
}

/** Whether it did not go out because its target lies inside the network, where only listed ones are reached. */
export function leadsInside(error: string): boolean {
  return error.includes('the allow-list');
}

/** Channels as a table or for programs, and what became of a test in a sentence. */
import type { WireChannel, WireDelivery } from '@tattle/contract';
import { shortDuration } from './durations.ts';
import { type ListLook, listed } from './listing.ts';
import { printable } from './printable.ts';

const COLUMNS = ['NAME', 'TYPE', 'STATE', 'LAST DELIVERED', 'LAST FAILURE'];

export function renderChannels(items: readonly WireChannel[], look: ListLook, now: number): string {
  const isWide = look.output === 'wide';
  const columns = isWide ? [...COLUMNS, 'SET BY', 'WANTS'] : COLUMNS;
  return listed(items, look, { nameOf: ({ name }) => name, columns, row: (item) => row(item, now, isWide) });
}

function row(
  { name, type, origin, broken, state, lastDeliveredAt, lastFailure, wants }: WireChannel,
  now: number,
  isWide: boolean,
): readonly string[] {
  const ago = (at: string) => `${shortDuration(now - Date.parse(at))} ago`;
  const delivered = lastDeliveredAt === null ? 'never' : ago(lastDeliveredAt);
  // What cannot be made fails before anything is sent.
  const failure = broken ?? (lastFailure === null ? '' : `${ago(lastFailure.at)}: ${lastFailure.error}`);
  const cells = [name, type, broken === null ? state : 'broken', delivered, failure];
  return [...cells, ...(isWide ? [origin, wants.join(',')] : [])];
}

/** `ops: delivered at the first attempt` */
export function testedText(channel: string, delivery: WireDelivery, now: number): string {
  return `${printable(`${channel}: ${became(delivery, now)}`)}\n`;
}

function became({ status, attempts, lastError, nextAttemptAt, id }: WireDelivery, now: number): string {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const why = lastError === null ? '' : `: ${lastError}`;
  switch (status) {
    case 'delivered':
      // Of several, some may have been missed all the same.
      return `delivered after ${tries}${why}`;
    case 'dead':
      return `given up after ${tries}${why}`;
    case 'disabled':
      return `switched off, since it answers that it is gone (HTTP 410)${why}; tattle delivery replay ${id} switches it on again`;
    case 'suppressed':
      return 'not sent: this server plays a recording';
    case 'pending': {
      if (lastError === null) return 'still on its way';
      const next = nextAttemptAt === null ? '' : `, tried again in ${shortDuration(Date.parse(nextAttemptAt) - now)}`;
      return `not delivered after ${tries}${why}${next}`;
    }
  }
}

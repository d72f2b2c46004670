/** A test message to a channel, followed until it is delivered, or nothing more is to be expected of it in time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireDelivery, WireDeliveryPage } from '@tattle/contract';
import type { Connection } from './connection.ts';
import { usageFailure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

const FIRST_LOOK_MS = 100;
const LOOK_EVERY_MS = 1000;

export interface Patience {
  readonly waitMs: number;
  /** Called before each look. */
  readonly onLook: () => Promise<void>;
  readonly surroundings: Pick<Surroundings, 'now' | 'signal'>;
}

/** Resolves with the delivery as it was seen last; null where it was not seen. */
export async function testChannel(
  name: string,
  connection: Pick<Connection, 'get' | 'post'>,
  { waitMs, onLook, surroundings: { now, signal } }: Patience,
): Promise<WireDelivery | null> {
  const { delivery } = (await connection.post(`${channelPath(name)}/test`, {}, 'delivery')) as { delivery: string };
  const until = now() + waitMs;
  let seen: WireDelivery | null = null;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LOOK_EVERY_MS, pause * 2)) {
    await onLook();
    const query = new URLSearchParams({ id: delivery, limit: '1' });
    const { items } = (await connection.get('/api/v1/deliveries', query, 'items')) as WireDeliveryPage;
    seen = items[0] ?? seen;
    if (isSettled(seen, until) || now() >= until) return seen;
    await sleep(Math.min(pause, Math.max(1, until - now())), undefined, { signal });
  }
}

function isSettled(delivery: WireDelivery | null, until: number): boolean {
  if (delivery === null) return false;
  const { status, lastError, nextAttemptAt } = delivery;
  // An attempt that failed is told at once where the next one comes too late to be seen.
  const isLate = lastError !== null && nextAttemptAt !== null && Date.parse(nextAttemptAt) > until;
  return status !== 'pending' || isLate;
}

/** Throws `CommandFailure` for what is no name. */
export function channelPath(name: string): string {
  // A path ends or climbs at these; no channel is called so.
  if (/^\.{0,2}$/.test(name)) throw usageFailure('that is no name of a channel', 'tattle channel list has them.');
  return `/api/v1/channels/${encodeURIComponent(name)}`;
}

/** What waits in the store, and what was given up: counted for whoever watches over Tattle. */
import type { DeliveryStatus } from '../model/delivery.ts';
import type { JobKind } from '../model/incident.ts';
import type { Connections } from './connections.ts';

/** Groups of none are left out. */
export interface Backlog {
  /** Not finished, due or not. */
  readonly jobs: readonly { readonly kind: JobKind; readonly count: number }[];
  readonly deliveries: readonly { readonly channel: string; readonly status: UnsentStatus; readonly count: number }[];
}

type UnsentStatus = Extract<DeliveryStatus, 'pending' | 'dead' | 'disabled'>;

/** Reads what is not finished and not sent, by its index. Throws `StoreUnavailable`. */
export async function readBacklog(connections: Connections): Promise<Backlog> {
  const [jobs, deliveries] = await Promise.all([
    connections.query<{ kind: JobKind; count: number }>(
      'SELECT kind, count(*) AS count FROM jobs WHERE finished_at IS NULL GROUP BY kind',
    ),
    connections.query<{ channel: string; status: UnsentStatus; count: number }>(
      `SELECT channel, status, count(*) AS count FROM deliveries WHERE status IN ('pending', 'dead', 'disabled')
       GROUP BY channel, status`,
    ),
  ]);
  return { jobs, deliveries };
}

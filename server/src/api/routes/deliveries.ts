/** The outbox: what was sent where, and sending some of it again. */
import { endpoints } from '@tattle/contract';
import type { DeliveryFilter } from '../../model/ports/telling.ts';
import { pageOf, scoped } from '../filters.ts';
import { readRange } from '../moments.ts';
import type { ApiPorts } from '../ports.ts';
import type { Routes } from '../registry.ts';
import { wireDelivery } from '../wire.ts';

/** So many in one order at the most: the answer says how many, and asking again takes the next. */
const MOST_REPLAYED = 10_000;

type Ports = Pick<ApiPorts, 'outbox' | 'audit' | 'clock'>;

export function deliveryRoutes(routes: Routes, { outbox, audit, clock }: Ports): void {
  routes.add(endpoints.listDeliveries, async ({ query, scope }) => {
    const { id, status, channel, incident, notice } = query;
    const { items, nextCursor } = await outbox.deliveries({
      ...readRange(query, clock.now()),
      ...(id.length === 0 ? {} : { ids: id }),
      ...(status.length === 0 ? {} : { statuses: status }),
      ...(notice === undefined ? {} : { kind: notice }),
      ...(channel === undefined ? {} : { channel }),
      ...(incident === undefined ? {} : { incidentId: incident }),
      ...scoped(scope),
      ...pageOf(query),
    });
    return { items: items.map(wireDelivery), nextCursor, partial: false };
  });

  routes.add(endpoints.replayDeliveries, async ({ body: order, principal, scope }) => {
    const now = clock.now();
    const filter: DeliveryFilter =
      'ids' in order
        ? { ids: order.ids, statuses: ['delivered', 'dead', 'disabled'], limit: order.ids.length }
        : {
            ...readRange(order, now),
            statuses: order.status ?? ['dead', 'disabled'],
            ...(order.channel === undefined ? {} : { channel: order.channel }),
            limit: MOST_REPLAYED,
          };
    const replayed = await outbox.replayDeliveries({ ...filter, ...scoped(scope) }, now);
    if (replayed > 0) {
      const detail = { ...order, replayed };
      await audit.record([{ at: now, actor: principal.id, action: 'delivery.replay', target: 'deliveries', detail }]);
    }
    return { replayed };
  });
}

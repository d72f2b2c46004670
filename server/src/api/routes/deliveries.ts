/** The outbox: what was sent where, and sending some of it again. */
import type { FastifyInstance } from 'fastify';
import {
  deliveryReplay,
  deliveryStatus,
  noticeKind,
  type WireDeliveryPage,
  type WireDeliveryReplayed,
} from '@tattle/contract';
import type { DeliveryFilter } from '../../model/ports.ts';
import { readBody } from '../body.ts';
import { orderedRange, Parameters, readTime } from '../parameters.ts';
import type { ApiPorts } from '../ports.ts';
import { wireDelivery } from '../wire.ts';

/** So many in one order at the most: the answer says how many, and asking again takes the next. */
const MOST_REPLAYED = 10_000;

export function deliveryRoutes(server: FastifyInstance, { outbox, clock }: Pick<ApiPorts, 'outbox' | 'clock'>): void {
  server.get('/api/v1/deliveries', async (request): Promise<WireDeliveryPage> => {
    const parameters = new Parameters(request.url, ['id', 'status', 'channel', 'notice', 'from', 'to', 'limit']);
    const ids = parameters.all('id');
    const statuses = parameters.among('status', deliveryStatus.options);
    const [kind] = parameters.one('notice') === undefined ? [] : parameters.among('notice', noticeKind.options);
    const channel = parameters.one('channel');
    const limit = parameters.whole('limit', 100, 1, 1000);
    const filter: DeliveryFilter = {
      ...parameters.range(clock.now()),
      ...(ids.length === 0 ? {} : { ids }),
      ...(statuses.length === 0 ? {} : { statuses }),
      ...(kind === undefined ? {} : { kind }),
      ...(channel === undefined ? {} : { channel }),
      // One more than asked tells whether there is more.
      limit: limit + 1,
    };
    const found = await outbox.deliveries(filter);
    return { items: found.slice(0, limit).map(wireDelivery), nextCursor: null, partial: found.length > limit };
  });

  server.post('/api/v1/deliveries/replay', async (request): Promise<WireDeliveryReplayed> => {
    new Parameters(request.url, []);
    const order = readBody(
      request.body,
      deliveryReplay,
      'Send {"ids": [...]}, or {"from": …, "to": …} with status and channel where wanted.',
    );
    const now = clock.now();
    const filter: DeliveryFilter =
      'ids' in order
        ? { ids: order.ids, statuses: ['delivered', 'dead', 'disabled'], limit: order.ids.length }
        : {
            ...orderedRange(readTime('from', order.from, now), readTime('to', order.to, now)),
            statuses: order.status ?? ['dead', 'disabled'],
            ...(order.channel === undefined ? {} : { channel: order.channel }),
            limit: MOST_REPLAYED,
          };
    return { replayed: await outbox.replayDeliveries(filter, now) };
  });
}

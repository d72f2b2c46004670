import { expect, test } from 'vitest';
import { createLocalApi } from './local-api.ts';
import { memoryAccessStore, memoryAuditLog } from './testing/memory-access.ts';
import { clusterEvent, memoryHistory, memoryOutbox } from './testing/memory-history.ts';

test('a command is answered from the store without a port or a token', async () => {
  const api = await createLocalApi({
    history: memoryHistory({ events: [clusterEvent()] }),
    outbox: memoryOutbox(),
    act: async () => ({ refusal: null, incidentIds: [] }),
    accessStore: memoryAccessStore(),
    audit: memoryAuditLog(),
    version: '1.2.3',
  });
  const answer = await api.request('GET', '/api/v1/events?limit=5');
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({ items: [{ uid: 'e1' }], nextCursor: null });
  expect((await api.request('GET', '/api/v1/events?limit=x')).status).toBe(400);
  expect((await api.request('POST', '/api/v1/deliveries/replay', { ids: ['d1'] })).body).toBe('{"replayed":0}');
  await api.close();
});

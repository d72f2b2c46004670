import { expect, test } from 'vitest';
import { startApi } from './testing/start-api.ts';

test.each([
  ['/api/v1/changes', 'kind'],
  ['/api/v1/changes', 'cluster'],
  ['/api/v1/timeline', 'namespace'],
  ['/api/v1/timeline', 'name'],
  ['/api/v1/audit', 'actor'],
  ['/api/v1/events/x', 'cluster'],
])('%s does not take a negated %s for one that matches nothing', async (path, name) => {
  const { get } = await startApi();
  const { status, json } = await get(`${path}?${name}=!x`);
  expect(status).toBe(400);
  expect(json).toMatchObject({ errors: [{ path: name, message: 'cannot be negated here' }] });
  expect((await get(`${path}?${name}=x`)).status).not.toBe(400);
});

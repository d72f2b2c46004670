import { expect, it } from 'vitest';
import { quiet } from '../kit/testing/quiet.ts';
import { MetOutages } from './met-outages.ts';

it('says once a minute that requests meet an outage, and how many did', () => {
  const { logger, lines } = quiet();
  let now = 0;
  const met = new MetOutages(logger, () => now);
  for (; now < 130_000; now += 100) met.tell(new Error('the disk of the store is full'), `r${now}`);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(
    'a request met a store that cannot be reached {"err":"Error: the disk of the store is full","requestId":"r0"}',
  );
  expect(lines[2]).toContain('"requestId":"r120000","alsoSinceThen":599}');
});

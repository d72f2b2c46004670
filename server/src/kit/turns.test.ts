import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('runs one at a time, in order, and goes on after a failure', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const slow = turns.run(async () => {
    await Promise.resolve();
    order.push('slow');
    throw new Error('first fails');
  });
  const quick = turns.run(async () => order.push('quick'));
  await expect(slow).rejects.toThrow('first fails');
  await quick;
  expect(order).toEqual(['slow', 'quick']);
});

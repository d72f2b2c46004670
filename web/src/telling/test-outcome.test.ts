import type { WireDelivery } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { parseAllowList } from '../../../server/src/kit/address-guard.ts';
import { createAddressGuard } from '../../../server/src/kit/guarded-address.ts';
import { isOver, leadsInside, testOutcome } from './test-outcome.ts';

const delivery = (change: Partial<WireDelivery>) =>
  ({ status: 'pending', attempts: 0, lastError: null, lastStatusCode: null, ...change }) as WireDelivery;

describe('a test message', () => {
  it('is on its way until something is known', () => {
    expect(testOutcome(undefined).tone).toBe('waiting');
    expect(testOutcome(delivery({})).tone).toBe('waiting');
    expect(isOver(testOutcome(delivery({})))).toBe(false);
  });

  it('says what the other end answered, once, while it is tried again', () => {
    const refused = testOutcome(delivery({ attempts: 1, lastError: 'no such hook', lastStatusCode: 404 }));
    expect(refused).toMatchObject({ tone: 'trying', said: 'HTTP 404: no such hook' });
    expect(testOutcome(delivery({ attempts: 1, lastError: 'HTTP 500', lastStatusCode: 500 })).said).toBe('HTTP 500');
    expect(isOver(refused)).toBe(false);
  });

  it('waits where calls to the channel are held back', () => {
    expect(testOutcome(delivery({}), true).words).toMatch(/held back/);
    expect(testOutcome(delivery({ status: 'delivered', attempts: 1 }), true).tone).toBe('good');
  });

  it('is over once it arrived, or never will', () => {
    const tones = (['delivered', 'dead', 'disabled', 'suppressed'] as const).map((status) =>
      testOutcome(delivery({ status })),
    );
    expect(tones.map(({ tone }) => tone)).toEqual(['good', 'bad', 'bad', 'bad']);
    expect(tones.every(isOver)).toBe(true);
  });
});

describe('a target inside', () => {
  const guard = createAddressGuard({
    allowList: parseAllowList([]).allowList,
    resolve: async () => [{ address: '10.1.2.3', family: 4 }],
  });

  it.each(['127.0.0.1', 'a.name.example'])('is known by what the server says of %s', async (host) => {
    const judged = await guard({ host, port: 80 }, AbortSignal.timeout(5000));
    expect(leadsInside('error' in judged ? judged.error : '')).toBe(true);
  });

  it('is not what other failures speak of', () => {
    for (const error of ['', 'HTTP 404: Unknown Webhook', 'connection refused']) expect(leadsInside(error)).toBe(false);
  });
});

import type { WireNoticeDecision } from '@tattle/contract';
import { expect, it } from 'vitest';
import { iconOf } from './told-words.ts';

const look = (change: Partial<WireNoticeDecision>) =>
  iconOf({ verdict: 'told', reason: 'routed', delivery: null, ...change } as WireNoticeDecision);
const sent = (status: 'delivered' | 'dead' | 'pending') => ({ delivery: { id: 'd', status, lastError: null } });

it('tells what arrived from what was meant to and did not, what comes later and what never does', () => {
  expect(look(sent('delivered'))).toBe('good');
  expect(look(sent('dead'))).toBe('bad');
  expect(look(sent('pending'))).toBe('later');
  expect(look({ verdict: 'held', reason: 'silenced' })).toBe('later');
  expect(look({ verdict: 'withheld', reason: 'no-route' })).toBe('not');
  // Nobody meant that: there is no channel.
  expect(look({ verdict: 'withheld', reason: 'no-channel' })).toBe('bad');
});

import { describe, expect, it } from 'vitest';
import { toldOf } from './told.ts';

const notice = (text: string, at = '2026-01-31T14:00:00.000Z') =>
  ({ at, kind: 'notice', by: 'tattle', text, object: null }) as const;

describe('who was told', () => {
  it('is read from the notices, the newest first', () => {
    const told = toldOf([
      notice('opened to on: call: dead'),
      notice('resolved to slack: delivered'),
      { ...notice('opened to x: delivered'), kind: 'note' },
    ]);
    expect(told.map(({ channel, what, outcome, isGood }) => [channel, what, outcome, isGood])).toEqual([
      ['slack', 'that it ended', 'delivered', true],
      ['on: call', 'that it began', 'could not be delivered', false],
    ]);
  });
});

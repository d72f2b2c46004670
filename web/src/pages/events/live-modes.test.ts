import { expect, it } from 'vitest';
import { liveMode } from './live-modes.ts';

it('is what the address says, and the usual where that is unknown', () => {
  const words = ['', 'live=off', 'live=follow', 'live=nonsense'].map(
    (text) => liveMode(new URLSearchParams(text)).words,
  );
  expect(words).toEqual(['Live', 'Off', 'Follow', 'Live']);
});

import { describe, expect, it } from 'vitest';
import { confidenceOf } from './confidence.ts';

describe('confidence in words', () => {
  it('keeps to the bands of the contract, edges included', () => {
    const words = [1, 0.81, 0.8, 0.5, 0.49, 0].map((value) => confidenceOf(value).word);
    expect(words).toEqual(['Certain', 'Certain', 'Likely', 'Likely', 'A guess', 'A guess']);
  });

  it('has the number beside what the word means', () => {
    expect(confidenceOf(0.93).meaning).toContain('93 %');
  });
});

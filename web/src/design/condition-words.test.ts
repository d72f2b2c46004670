import { describe, expect, it } from 'vitest';
import { causeWords, conditionWords } from './condition-words.ts';

describe('conditions in words', () => {
  it('says what people would say', () => {
    expect(conditionWords('CrashLoopBackOff')).toBe('Keeps crashing');
  });

  it('takes a condition apart that nobody wrote words for', () => {
    expect(conditionWords('FailedGetScale')).toBe('Failed get scale');
    expect(conditionWords('FailedDNSLookup')).toBe('Failed DNS lookup');
  });

  it('leaves alone what is no code word, and what an object has by nature', () => {
    expect(conditionWords('<b>no</b>')).toBe('<b>no</b>');
    expect(conditionWords('constructor')).toBe('constructor');
    expect(conditionWords('')).toBe('');
  });

  it('reads causes as sentences', () => {
    expect(causeWords('missing-configuration')).toBe('Missing configuration');
    expect(causeWords('dns-failure')).toBe('DNS failure');
  });
});

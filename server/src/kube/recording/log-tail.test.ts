import { describe, expect, it } from 'vitest';
import { cutLog } from './log-tail.ts';

const log =
  '2026-11-20T23:48:31.633911298Z one\n2026-11-20T23:48:32Z two 2026-11-20T23:48:32Z \n2026-11-20T23:48:33Z drei ü\n';

describe('cutting a log', () => {
  it('leaves it whole when nothing is asked', () => {
    expect(cutLog(log, { timestamps: true })).toBe(log);
  });

  it('takes the last lines, and all where there are fewer', () => {
    expect(cutLog(log, { tailLines: 1, timestamps: true })).toBe('2026-11-20T23:48:33Z drei ü\n');
    expect(cutLog('a\nb', { tailLines: 1, timestamps: true })).toBe('b');
    expect(cutLog('a\n\n\nb\n', { tailLines: 2, timestamps: true })).toBe('\nb\n');
    expect(cutLog(log, { tailLines: 99, timestamps: true })).toBe(log);
    expect(cutLog(log, { tailLines: 0, timestamps: true })).toBe('');
    expect(cutLog('\nb', { tailLines: 2, timestamps: true })).toBe('\nb');
    expect(cutLog('', { tailLines: 5, timestamps: true })).toBe('');
  });

  it('removes the timestamps before lines, not those within', () => {
    expect(cutLog(log, { timestamps: false })).toBe('one\ntwo 2026-11-20T23:48:32Z \ndrei ü\n');
  });

  it('stops at the byte limit without breaking a character', () => {
    expect(cutLog('ab\nüü\n', { limitBytes: 4, timestamps: true })).toBe('ab\n');
    expect(cutLog('ab\nüü\n', { limitBytes: 5, timestamps: true })).toBe('ab\nü');
    expect(cutLog('ab', { limitBytes: 0, timestamps: true })).toBe('');
  });
});

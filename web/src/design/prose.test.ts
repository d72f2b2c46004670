import { describe, expect, it } from 'vitest';
import { prosePieces } from './prose.ts';

const spoken = (text: string) => prosePieces(text).map((piece) => `${piece.kind}:${piece.text}`);

describe('sentences in pieces', () => {
  it('finds moments, as programs and as people write them', () => {
    expect(spoken('Not ready since 2026-11-26T03:51:18Z: it is down')).toEqual([
      'words:Not ready since ',
      'moment:2026-11-26T03:51:18Z',
      'words:: it is down',
    ]);
    expect(spoken('It holds since 2026-11-26 03:04 UTC, and')[1]).toBe('moment:2026-11-26T03:04Z');
  });

  it('finds commands', () => {
    expect(spoken('Read the log (`journalctl -u kubelet`)')[1]).toBe('code:journalctl -u kubelet');
  });

  it('leaves alone what a program said', () => {
    const text = 'It said: "2026-11-26T03:51:18Z FATAL `x`".';
    expect(spoken(text)).toEqual([`words:${text}`]);
  });

  it('leaves alone what only looks alike', () => {
    for (const text of ['', 'on 2026-11-26', 'v2026-11-26T03:51:18Zeta', 'a ` alone', '"open 2026']) {
      expect(prosePieces(text).every(({ kind }) => kind === 'words')).toBe(true);
    }
  });

  it('loses not one letter of the words', () => {
    const text = 'a `b` c "d `e`" 2026-11-26T03:51Z';
    expect(spoken(text)).toEqual(['words:a ', 'code:b', 'words: c "d `e`" ', 'moment:2026-11-26T03:51Z']);
  });
});

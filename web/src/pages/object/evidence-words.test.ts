import { expect, it } from 'vitest';
import { evidenceWords, newestOfEach } from './evidence-words.ts';

function piece(id: string, kind: 'log' | 'spec', container = '') {
  return { incidentId: 'i', id, kind, container, capturedAt: '2026-11-26T03:00:00.000Z' };
}

it('names the container where there is one', () => {
  expect(evidenceWords(piece('a', 'log', 'app'))).toBe('Log, container app');
  expect(evidenceWords(piece('a', 'spec'))).toBe('Spec');
});

it('keeps the newest of what was captured several times, and all of what differs', () => {
  const pieces = [piece('3', 'log', 'app'), piece('2', 'log', 'proxy'), piece('1', 'log', 'app'), piece('0', 'spec')];
  expect(newestOfEach(pieces).map(({ id }) => id)).toEqual(['3', '2', '0']);
});

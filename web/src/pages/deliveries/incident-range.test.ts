import { expect, it } from 'vitest';
import { incidentRange } from './incident-range.ts';

const delivery = (createdAt: string, incidentId: string | null = 'i') => ({ incidentId, createdAt });

it('spans all of them and the hour before, in whole steps', () => {
  const two = [delivery('2026-02-01T12:34:00.000Z'), delivery('2026-02-01T12:05:00.000Z')];
  expect(incidentRange(two)).toEqual({ from: '2026-02-01T11:00:00.000Z', to: '2026-02-01T12:40:00.000Z' });
});

it('holds what was made on the step itself', () => {
  expect(incidentRange([delivery('2026-02-01T12:40:00.000Z')])?.to).toBe('2026-02-01T12:50:00.000Z');
});

it('asks for nothing where none is about an incident', () => {
  expect(incidentRange([delivery('2026-02-01T12:34:00.000Z', null)])).toBeNull();
  expect(incidentRange([])).toBeNull();
});

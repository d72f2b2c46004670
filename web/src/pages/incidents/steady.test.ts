import { describe, expect, it } from 'vitest';
import { anIncident } from '../../design/testing/incidents.ts';
import { steady } from './steady.ts';

const at = (minute: number) =>
  anIncident({ id: `at ${minute}`, openedAt: `2026-01-31T14:${String(minute).padStart(2, '0')}:00.000Z` });
const shown = ({ rows }: ReturnType<typeof steady>) =>
  rows.map(({ incident, isGone }) => `${incident.id}${isGone ? ', gone' : ''}`);

describe('a steady list', () => {
  it('begins with what there is', () => {
    const list = steady([], [at(5), at(3)], false);
    expect(shown(list)).toEqual(['at 5', 'at 3']);
    expect(list.arrived).toBe(0);
  });

  it('lets what is new wait', () => {
    const list = steady([at(5), at(3)], [at(9), at(7), at(5), at(3)], false);
    expect(shown(list)).toEqual(['at 5', 'at 3']);
    expect(list.arrived).toBe(2);
  });

  it('shows rows as they are now, in their places', () => {
    const [row] = steady([at(5)], [{ ...at(5), state: 'acknowledged' }], false).rows;
    expect(row?.incident.state).toBe('acknowledged');
  });

  it('keeps what is gone in its place', () => {
    expect(shown(steady([at(5), at(4), at(3)], [at(5), at(3)], false))).toEqual(['at 5', 'at 4, gone', 'at 3']);
    expect(shown(steady([at(5)], [], false))).toEqual(['at 5, gone']);
  });

  it('appends a further page', () => {
    expect(shown(steady([at(5), at(3)], [at(5), at(3), at(2)], true))).toEqual(['at 5', 'at 3', 'at 2']);
  });

  it('does not take for gone what new ones pushed beyond the page', () => {
    const list = steady([at(5), at(3)], [at(9), at(5)], true);
    expect(shown(list)).toEqual(['at 5', 'at 3']);
    expect(list.arrived).toBe(1);
  });
});

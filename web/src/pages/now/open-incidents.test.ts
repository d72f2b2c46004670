import type { WireTimelineEntry } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { anIncident, anIncidentView } from '../../design/testing/incidents.ts';
import { countedBySeverity, inOrder, worsenedSince } from './open-incidents.ts';

const at = (minute: number) => `2026-01-31T14:${String(minute).padStart(2, '0')}:00.000Z`;

describe('the order of open incidents', () => {
  it('is what nobody looks at, then the worst, then the newest', () => {
    const incidents = [
      anIncident({ id: 'old', severity: 'high', openedAt: at(1) }),
      anIncident({ id: 'seen', severity: 'critical', state: 'acknowledged' }),
      anIncident({ id: 'new', severity: 'high', openedAt: at(9) }),
      anIncident({ id: 'worst', severity: 'critical', openedAt: at(0) }),
      anIncident({ id: 'back', severity: 'medium', state: 'regressed', openedAt: at(20) }),
    ];
    expect(inOrder(incidents).map(({ id }) => id)).toEqual(['worst', 'new', 'old', 'back', 'seen']);
  });

  it('has each once, as the later list has it', () => {
    const merged = inOrder([anIncident({ eventCount: 1 })], [anIncident({ eventCount: 2 })]);
    expect(merged.map(({ eventCount }) => eventCount)).toEqual([2]);
  });
});

it('counts severities, the worst first, none where there are none', () => {
  const incidents = [
    anIncident({ severity: 'low' }),
    anIncident({ severity: 'critical' }),
    anIncident({ severity: 'low' }),
  ];
  expect(countedBySeverity(incidents)).toEqual([
    { severity: 'critical', incidents: 1 },
    { severity: 'low', incidents: 2 },
  ]);
});

describe('what got worse', () => {
  const entry = (minute: number, kind: WireTimelineEntry['kind']) => ({
    at: at(minute),
    kind,
    by: 'tattle',
    text: kind,
    object: null,
  });

  it('is told once an incident, the newest first, and not for long', () => {
    const views = [
      anIncidentView({ id: 'a', timeline: [entry(31, 'worse'), entry(35, 'regressed'), entry(36, 'event')] }),
      anIncidentView({ id: 'b', timeline: [entry(40, 'worse')] }),
      anIncidentView({ id: 'c', timeline: [entry(10, 'worse'), entry(41, 'opened')] }),
    ];
    const found = worsenedSince(views, Date.parse(at(30)));
    expect(found.map(({ incident, entry: { kind } }) => [incident.id, kind])).toEqual([
      ['b', 'worse'],
      ['a', 'regressed'],
    ]);
  });
});

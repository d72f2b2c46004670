import { describe, expect, it } from 'vitest';
import { acknowledgedOf, affectedWords, distanceWords, lastedOf, whyOf } from './incident-words.ts';
import { aDiagnosis, anIncident, anIncidentView } from './testing/incidents.ts';

const opened = Date.parse(anIncident().openedAt);
const MINUTE = 60_000;

describe('an incident in words', () => {
  it('says the cause and the explanation, and how sure they are', () => {
    const why = (confidence: number, cause = 'dns-failure') => {
      return whyOf(anIncident({ diagnosis: aDiagnosis({ cause, confidence }) }), opened).cause;
    };
    expect(why(0.9)).toBe('DNS failure');
    expect(why(0.6)).toBe('Likely DNS failure');
    expect(why(0.3, 'bad-command')).toBe('Perhaps bad command');
    expect(why(0.9, 'unknown')).toBe('');
  });

  it('tells apart what is looked at, what was not found, and what is hidden', () => {
    expect(whyOf(anIncident(), opened + 1000).text).toContain('being looked at');
    expect(whyOf(anIncident(), opened + 10 * MINUTE).text).toContain('No cause');
    expect(whyOf(anIncident({ restricted: true }), opened).text).toContain('may not see');
  });

  it('goes on until it is resolved', () => {
    expect(lastedOf(anIncident(), opened + 3 * MINUTE)).toBe('3 min');
    const resolvedAt = new Date(opened + MINUTE).toISOString();
    expect(lastedOf(anIncident({ resolvedAt }), opened + 60 * MINUTE)).toBe('1 min');
  });

  it('counts what is affected beside the root', () => {
    const { root } = anIncident();
    const pod = { uid: 'p', kind: 'Pod', namespace: 'shop', name: 'web-1' };
    expect(affectedWords(anIncidentView({ objects: [root] }))).toBe('');
    expect(affectedWords(anIncidentView({ objects: [root, pod] }))).toBe('1 object');
    expect(affectedWords(anIncidentView({ objects: Array.from({ length: 200 }, () => pod) }))).toBe('over 200 objects');
  });

  it('names who acknowledged last, while that holds', () => {
    const entry = (by: string) => ({
      at: '2026-01-31T14:01:00.000Z',
      kind: 'acknowledged' as const,
      by,
      text: '',
      object: null,
    });
    const timeline = [entry('ann'), entry('ben')];
    expect(acknowledgedOf(anIncidentView({ state: 'acknowledged', timeline }))?.by).toBe('ben');
    expect(acknowledgedOf(anIncidentView({ state: 'regressed', timeline }))).toBeNull();
  });

  it('says on which side of a moment something lies', () => {
    expect(distanceWords('2026-01-31T13:56:00.000Z', '2026-01-31T14:00:00.000Z')).toBe('4 min before');
    expect(distanceWords('2026-01-31T14:00:30.000Z', '2026-01-31T14:00:00.000Z')).toBe('30 s after');
  });
});

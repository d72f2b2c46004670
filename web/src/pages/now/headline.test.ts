import type { WireIncident } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { anIncident } from '../../design/testing/incidents.ts';
import { headlineOf, type Known, type LastDay } from './headline.ts';
import { countedBySeverity } from './open-incidents.ts';

const now = Date.parse('2026-01-31T15:00:00.000Z');
const quiet: LastDay = { resolvedAt: null, events: 14_203, lastEvent: '2026-01-31T14:59:57.000Z', watchedSince: null };

function headline(open: readonly WireIncident[], known: Partial<Known> = {}) {
  const standing = { kind: 'watching', blindClusters: 0 } as const;
  return headlineOf({ standing, open, counts: countedBySeverity(open), lastDay: quiet, now, ...known });
}

const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

describe('the headline', () => {
  it('counts what is broken and says for how long the worst is', () => {
    const open = [
      anIncident({ severity: 'critical', openedAt: ago(12) }),
      anIncident({ severity: 'critical', openedAt: ago(3) }),
      anIncident({ severity: 'medium', openedAt: ago(50) }),
      anIncident({ severity: 'low', openedAt: ago(59) }),
    ];
    expect(headline(open).title).toBe('3 things are broken, the worst for 12 min');
  });

  it('speaks of one thing as one, and says when somebody is at it', () => {
    expect(headline([anIncident({ openedAt: ago(5) })]).title).toBe('One thing is broken, for 5 min');
    const seen = anIncident({ openedAt: ago(5), state: 'acknowledged' });
    expect(headline([seen]).title).toBe('One thing is broken, for 5 min, and somebody is looking at it');
  });

  it('does not claim that somebody looks at what it does not know one by one', () => {
    const seen = anIncident({ openedAt: ago(5), state: 'acknowledged' });
    const counts = [{ severity: 'high', incidents: 400 }] as const;
    expect(headline([seen], { counts }).title).toBe('400 things are broken, the worst for 5 min');
  });

  it('shows that it looked where nothing is broken', () => {
    expect(headline([])).toEqual({
      tone: 'well',
      title: 'Nothing is broken',
      detail: 'No incident in 24 h; 14,203 events seen, the last one 3 s ago.',
    });
  });

  it('does not speak of a day where it has watched for minutes', () => {
    const lastDay = { ...quiet, watchedSince: ago(4) };
    expect(headline([], { lastDay }).detail).toContain('No incident since watching began 4 min ago;');
  });

  it('names the last incident, and small things', () => {
    const lastDay = { ...quiet, resolvedAt: ago(120) };
    expect(headline([], { lastDay }).detail).toContain('The last incident was resolved 2 h ago;');
    expect(headline([anIncident({ severity: 'low' })])).toMatchObject({
      tone: 'small',
      title: 'Nothing is broken',
      detail: '1 small thing is worth a look. 14,203 events seen in 24 h, the last one 3 s ago.',
    });
  });

  it('is never of health while nothing, or not all, is watched', () => {
    expect(headline([], { standing: { kind: 'blind', because: 'denied' } })).toMatchObject({
      tone: 'blind',
      title: 'Tattle is not watching',
      detail: '',
    });
    expect(headline([], { standing: { kind: 'starting' } }).tone).toBe('starting');
    expect(headline([], { standing: { kind: 'watching', blindClusters: 2 } })).toMatchObject({
      tone: 'unsure',
      title: 'Nothing is broken in what is watched',
    });
  });

  it('says what was broken when it last looked', () => {
    const said = headline([anIncident()], { standing: { kind: 'blind', because: 'store' } });
    expect(said.detail).toBe('When it last looked, one thing was broken.');
  });

  it('says what is broken even while it starts', () => {
    expect(headline([anIncident({ openedAt: ago(1) })], { standing: { kind: 'starting' } }).tone).toBe('broken');
  });
});

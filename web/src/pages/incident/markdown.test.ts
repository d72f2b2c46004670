import type { WireIncidentDetail } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { markdownOf } from './markdown.ts';
import { anIncident } from './testing/an-incident.ts';

const LINK = 'https://tattle.example/incidents/inc_1';
const NOW = Date.parse('2026-01-31T14:12:00Z');

const told = (change: Partial<WireIncidentDetail> = {}) => markdownOf({ ...anIncident, ...change }, LINK, NOW);

describe('an incident as Markdown', () => {
  it('says what, since when, why with its quotes, what next, and where', () => {
    expect(told()).toBe(
      [
        '**Keeps crashing:** Deployment `shop/web` (high, open)',
        '- What: CrashLoopBackOff in cluster `prod`\n- Since: 2026-01-31 14:00:00 UTC (for 12 min)\n- Events: 16',
        'Changed before (2026-01-31 13:58:00 UTC): Deployment `shop/web`: env URL was removed',
        '**Why:** The variable URL is missing. (Missing configuration, certain)',
        '```\nFATAL: URL is not set\n```',
        '**Next:**\n1. Set URL',
        '```\nkubectl -n shop describe pod web-1\n```',
        LINK,
      ].join('\n\n'),
    );
  });

  it('is short where nothing is known yet', () => {
    expect(told({ diagnosis: null, changes: [] }).split('\n\n')).toHaveLength(3);
  });

  it('says what fixed it, and how long it lasted', () => {
    const text = told({ state: 'resolved', resolvedAt: '2026-01-31T15:00:00Z', resolution: 'rolled back' });
    expect(text).toContain('lasted 1 h');
    expect(text).toContain('**What fixed it:** rolled back');
  });

  it('lets foreign words be no markup, and no fence be closed from within', () => {
    const citations = [{ evidenceId: 'ev_log', text: '```\n# not a heading' }];
    const text = told({
      resolution: '<img src=x>\n[click](http://evil)',
      diagnosis: anIncident.diagnosis && { ...anIncident.diagnosis, citations },
    });
    expect(text).toContain('\\<img src=x\\> \\[click\\](http://evil)');
    expect(text).toContain('````\n```\n# not a heading\n````');
  });
});

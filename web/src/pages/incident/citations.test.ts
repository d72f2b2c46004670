import { describe, expect, it } from 'vitest';
import { evidenceOfPlace, numberedFindings } from './citations.ts';
import { anIncident } from './testing/an-incident.ts';

describe('citations', () => {
  it('are numbered over all findings, so that each has a place of its own', () => {
    const { diagnosis } = anIncident;
    if (diagnosis === null) throw new Error('it has one');
    const [citation] = diagnosis.citations;
    if (citation === undefined) throw new Error('it has one');
    const other = { cause: 'unknown', confidence: 0.5, explanation: '', citations: [citation] };
    const findings = numberedFindings({ ...diagnosis, also: [other] });
    expect(findings.flatMap(({ citations }) => citations.map(({ place, cause }) => [place, cause]))).toEqual([
      ['ev_log~1', 'missing-configuration'],
      ['ev_log~2', 'unknown'],
    ]);
    expect(numberedFindings(null)).toEqual([]);
  });

  it('know their piece of evidence', () => {
    expect([evidenceOfPlace('ev_log~2'), evidenceOfPlace('ev_log'), evidenceOfPlace('')]).toEqual([
      'ev_log',
      'ev_log',
      '',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { evidenceSummary } from './evidence-summary.ts';

describe('a piece of evidence in one line', () => {
  it('says of a pod how its containers are, and what does not hold', () => {
    const status = {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'Initialized', status: 'True' },
      ],
      containerStatuses: [{ name: 'app', restartCount: 3, state: { terminated: { reason: 'OOMKilled' } } }],
    };
    expect(evidenceSummary('status', status)).toBe('Running · app terminated · OOMKilled · 3 restarts · not Ready');
  });

  it('says of a spec which images, of owners the chain, of a node whether it is ready', () => {
    expect(evidenceSummary('spec', { spec: { containers: [{ image: 'a:1' }, { image: 'b:2' }] } })).toBe('a:1 · b:2');
    const chain = [
      { kind: 'ReplicaSet', name: 'web-1' },
      { kind: 'Deployment', name: 'web' },
    ];
    expect(evidenceSummary('owners', { chain })).toBe('ReplicaSet web-1 ← Deployment web');
    const conditions = [{ type: 'Ready', status: 'Unknown' }];
    expect(evidenceSummary('node', { name: 'node-1', conditions, unschedulable: true })).toBe(
      'node-1 · not ready · cordoned',
    );
  });

  it('counts events', () => {
    expect(evidenceSummary('events', [{}, {}])).toBe('2 events');
  });

  it('says nothing of what it does not know, cut or broken bodies included', () => {
    for (const kind of ['status', 'spec', 'node', 'owners', 'events', 'endpoints', 'quota'] as const) {
      for (const body of [
        undefined,
        null,
        '…',
        3,
        [],
        {},
        { spec: null, containerStatuses: '… 3 more', chain: [null] },
      ]) {
        expect(typeof evidenceSummary(kind, body)).toBe('string');
      }
    }
    expect(evidenceSummary('status', undefined)).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import type { Evidence, EvidenceKind } from '../model/incident.ts';
import { citeField } from './cite.ts';
import { standsIn } from './standing.ts';

const piece = (kind: EvidenceKind, body: string | object, id: string = kind): Evidence => ({
  id,
  incidentId: 'i',
  kind,
  object: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: '' },
  container: '',
  capturedAt: 0,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  truncated: false,
  error: null,
});
const spec = {
  nodeSelector: { 'example.com/pool': 'batch' },
  containers: [{ name: 'app', resources: { limits: { memory: '24Mi', 'nvidia.com/gpu': 2 } } }],
};
const EVIDENCE = [
  piece('log', '2026-05-04T03:00:00Z FATAL: DATABASE_URL is not set\n2026-05-04T03:00:01Z bye'),
  piece('events', [{ message: '  Back-off restarting failed container app in pod api-1  ' }]),
  piece('spec', { spec, references: {} }),
  piece('status', {
    conditions: [{ type: 'Ready', message: 'containers with unready status: [app]' }],
    phase: 'Running',
  }),
  piece('node', 'no JSON {'),
];
const stands = standsIn(EVIDENCE);

describe('a citation stands', () => {
  it.each([
    ['log', 'FATAL: DATABASE_URL is not set'],
    ['events', 'Back-off restarting failed container'],
    ['spec', 'containers[app].resources.limits.memory: 24Mi'],
    ['spec', 'containers[0].resources.limits.nvidia.com/gpu: 2'],
    ['spec', 'nodeSelector.example.com/pool: batch'],
    ['spec', 'nodeSelector: {"example.com/pool":"batch"}'],
    ['status', 'conditions[Ready].message: containers with unready status'],
    ['status', 'phase: Running'],
  ])('in %s: %s', (evidenceId, text) => {
    expect(stands({ evidenceId, text })).toBe(true);
  });

  it('whenever it was made of a field of the same evidence', () => {
    const value = { evidenceId: 'spec', value: spec };
    const paths = [
      ['nodeSelector'],
      ['containers', 'app', 'resources'],
      ['containers', 0, 'name'],
      ['nodeSelector', 'example.com/pool'],
    ];
    for (const path of paths) {
      const citation = citeField(value, path);
      expect([path, citation !== null && stands(citation)]).toEqual([path, true]);
    }
  });
});

describe('a citation does not stand', () => {
  it.each([
    ['log', 'REDIS_URL is not set'],
    ['log', ''],
    ['events', 'restarting failed container'],
    ['spec', 'containers[app].resources.limits.memory: 25Mi'],
    ['spec', 'containers[app].resources.limits.memory: '],
    ['spec', 'containers[web].resources.limits.memory: 24Mi'],
    ['spec', 'spec.containers[app].name: app'],
    ['spec', 'constructor: function'],
    ['status', 'phase: Pending'],
    ['node', 'no JSON'],
    ['gone', 'FATAL: DATABASE_URL is not set'],
  ])('in %s: %s', (evidenceId, text) => {
    expect(stands({ evidenceId, text })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { Evidence, Strand } from '../model/incident.ts';
import { buildCase } from './build-case.ts';
import { evidenceOf, POD } from './testing/evidence.ts';
import { makeCase } from './testing/make-case.ts';

const { incident } = makeCase({ condition: 'CrashLoopBackOff' });
const built = (evidence: readonly Evidence[], conditions: readonly string[] = []) =>
  buildCase(
    incident,
    conditions.map((condition) => ({ condition }) as Strand),
    evidence,
  );
const SPEC = {
  spec: { containers: [{ name: 'app', image: 'a:1' }], initContainers: [{ name: 'init' }] },
  references: {},
};
const status = (state: object) => ({ phase: 'Running', containerStatuses: [{ name: 'app', restartCount: 2, state }] });

describe('a case', () => {
  it('holds each condition once, the headline first', () => {
    expect(built([], ['Unhealthy', 'CrashLoopBackOff', 'Unhealthy']).conditions).toEqual([
      'CrashLoopBackOff',
      'Unhealthy',
    ]);
  });

  it('holds a pod with its containers, each piece with the evidence that it came from', () => {
    const { pods } = built([
      evidenceOf('spec', SPEC),
      evidenceOf('status', status({ waiting: {} })),
      evidenceOf('log', '2026-05-04T03:00:00.5Z one\n\n2026-05-04T03:00:01Z two\n', { container: 'app' }),
    ]);
    expect(pods).toHaveLength(1);
    expect(pods[0]?.spec).toEqual({ evidenceId: 'spec-1000', value: SPEC.spec });
    expect(pods[0]?.containers.map(({ name, init }) => [name, init])).toEqual([
      ['init', true],
      ['app', false],
    ]);
    expect(pods[0]?.containers[1]).toMatchObject({
      spec: { image: 'a:1' },
      status: { restartCount: 2 },
      logs: [{ evidenceId: 'log-app1000', previous: false, lines: ['one', 'two'] }],
    });
  });

  it('takes the newest of specs and statuses, and every event and log once', () => {
    const event = (uid: string, lastSeen: string, count = 1) => ({
      uid,
      reason: 'BackOff',
      message: 'm',
      count,
      first_seen: lastSeen,
      last_seen: lastSeen,
      object: { kind: 'Pod', namespace: 'shop', name: 'api-1' },
    });
    const the = built([
      evidenceOf('status', status({ waiting: {} }), { capturedAt: 1000 }),
      evidenceOf('status', status({ running: {} }), { capturedAt: 2000 }),
      evidenceOf('log', 'same', { container: 'app', capturedAt: 1000 }),
      evidenceOf('log', 'same', { container: 'app', capturedAt: 2000 }),
      evidenceOf('previous-log', 'before', { container: 'app', capturedAt: 2000 }),
      evidenceOf('events', [event('e1', '2026-05-04T03:00:00Z')], { capturedAt: 1000 }),
      evidenceOf('events', [event('e2', '2026-05-04T03:01:00Z'), event('e1', '2026-05-04T03:02:00Z', 7)], {
        capturedAt: 2000,
      }),
    ]);
    expect(the.pods[0]?.status.evidenceId).toBe('status-2000');
    expect(the.events.map(({ count }) => count)).toEqual([7, 1]);
    expect(the.events[0]?.evidenceId).toBe('events-2000');
    // While it runs, the run that ended tells more.
    expect(the.pods[0]?.containers[0]?.logs.map(({ lines }) => lines[0])).toEqual(['before', 'same']);
  });

  it('tells other objects from pods, and reads nodes, owners, changes, quotas, endpoints and usage', () => {
    const claim = { ...POD, kind: 'PersistentVolumeClaim', name: 'files' };
    const node = { ...POD, kind: 'Node', namespace: '', name: 'node-1' };
    const change = {
      id: 'c1',
      at: '2026-05-04T02:59:00Z',
      object: POD,
      summary: 'image changed',
      diff: [{ field: 'image', before: null, after: 'b' }],
      revision: 3,
    };
    const usage = {
      pod: 'api-1',
      container: 'app',
      source: 'prometheus',
      window_seconds: 3600,
      memory: { bytes: 1, peak_bytes: 2, limit_bytes: null, samples: [1, 'x'] },
      cpu: {},
    };
    const the = built([
      evidenceOf('spec', { spec: { storageClassName: 'fast' } }, { object: claim }),
      evidenceOf(
        'node',
        {
          name: 'node-1',
          labels: { pool: 'a' },
          taints: [{ key: 'k' }],
          unschedulable: true,
          node_info: { architecture: 'arm64' },
        },
        { object: node },
      ),
      evidenceOf('owners', {
        chain: [{ kind: 'Deployment', namespace: 'shop', name: 'api', wanted_replicas: 2, status: { replicas: 1 } }],
      }),
      evidenceOf('changes', [change, { ...change, id: 'c0', at: '2026-05-04T02:50:00Z', revision: 'x' }]),
      evidenceOf('quota', { resource_quotas: [] }),
      evidenceOf('endpoints', [{ service: 'api' }]),
      evidenceOf('usage', [usage, { volume: 'data', bytes: 1 }]),
    ]);
    expect(the.objects).toEqual([
      {
        ref: claim,
        spec: { evidenceId: 'spec-1000', value: { storageClassName: 'fast' } },
        status: { evidenceId: '', value: {} },
      },
    ]);
    expect(the.nodes).toMatchObject([
      { name: 'node-1', labels: { pool: 'a' }, unschedulable: true, info: { architecture: 'arm64' } },
    ]);
    expect(the.owners).toMatchObject([{ kind: 'Deployment', wantedReplicas: 2, status: { replicas: 1 } }]);
    expect(the.changes.map(({ value }) => [value.id, value.revision])).toEqual([
      ['c1', 3],
      ['c0', null],
    ]);
    expect(the.changes[0]?.value.diff).toEqual([{ field: 'image', before: null, after: 'b' }]);
    expect(the.quotas[0]?.value).toEqual({ resource_quotas: [] });
    expect(the.endpoints).toHaveLength(1);
    expect(the.usage).toHaveLength(1);
    expect(the.usage[0]?.value).toMatchObject({
      windowSeconds: 3600,
      memory: { bytes: 1, samples: [1] },
      cpu: { cores: null },
    });
  });
});

describe('evidence of no use', () => {
  it('is left out: what could not be had, what was cut, and what is no JSON', () => {
    const the = built([
      evidenceOf('log', '', { container: 'app', error: 'no log' }),
      evidenceOf('events', '[{"uid":"e1",'),
      evidenceOf('node', '"…"'),
    ]);
    expect(the).toMatchObject({ pods: [], events: [], changes: [], usage: [] });
  });

  const ODD = [
    'null',
    '7',
    '"x"',
    '[]',
    '[null, 7, ["x"]]',
    '{"spec":7}',
    '{"__proto__":{"spec":{}},"spec":{"__proto__":[1]}}',
    '{"chain":"x","memory":{}}',
  ];
  const KINDS = ['spec', 'status', 'events', 'owners', 'node', 'changes', 'quota', 'endpoints', 'usage'] as const;
  it.each(ODD)('breaks nothing: %s', (body) => {
    const the = built([...KINDS.map((kind) => evidenceOf(kind, body)), evidenceOf('log', body, { container: 'app' })]);
    expect(the.pods).toHaveLength(1);
    expect(the.incident).toBe(incident);
  });
});

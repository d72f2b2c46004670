import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../model/diagnosis.ts';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { scheduling } from './scheduling.ts';

const unscheduled = (message: string) => ({
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

function refused(message: string, spec: Record<string, unknown> = {}, more: CaseShape = {}): Finding | undefined {
  return scheduling.analyze(
    makeCase({
      condition: 'FailedScheduling',
      pods: [{ name: 'api-1', spec, status: unscheduled(message) }],
      events: [{ reason: 'FailedScheduling', message, source: 'default-scheduler' }],
      ...more,
    }),
  )[0];
}

const container = (requests: object, more: object = {}) => ({
  containers: [{ name: 'app', resources: { requests }, ...more }],
});
const NODES = [
  { name: 'node-1', allocatable: { cpu: '2', memory: '3994120Ki', pods: '110' } },
  { name: 'node-2', allocatable: { cpu: '1', memory: '2Gi', pods: '110' } },
];

describe('scheduling', () => {
  it('finds a request that no node could ever hold, with the arithmetic', () => {
    const message =
      '0/2 nodes are available: 2 Insufficient memory. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
    const finding = refused(message, container({ memory: '64Gi' }), { nodes: NODES });
    expect(finding).toMatchObject({ cause: 'insufficient-resources', confidence: 0.95 });
    expect(finding?.explanation).toContain('asks for 64Gi of memory, the largest node (node-1) has 3.8Gi allocatable');
    expect(words(finding)).toEqual([
      message,
      'containers[app].resources.requests.memory: 64Gi',
      'allocatable.memory: 3994120Ki',
    ]);
    expect(finding?.commands[0]).toBe('kubectl -n shop describe pod api-1');
    expect(finding?.nextSteps[0]).toContain('container app');
  });

  it('tells taken room from room that never was', () => {
    const finding = refused('0/3 nodes are available: 3 Insufficient cpu.', container({ cpu: '500m' }), {
      nodes: NODES,
    });
    expect(finding?.explanation).toContain('asks for 500m of cpu; nodes have up to 2 allocatable');
  });

  it.each<[string, string, string, Record<string, unknown>]>([
    [
      '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
      'insufficient-resources',
      'asks for 8 of nvidia.com/gpu',
      container({ 'nvidia.com/gpu': '8' }),
    ],
    ['0/3 nodes are available: 3 Too many pods.', 'insufficient-resources', 'as many pods as kubelet allows', {}],
    ['0/2 nodes are available: 2 node(s) exceed max volume count.', 'insufficient-resources', 'another volume', {}],
    [
      "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 Insufficient cpu.",
      'insufficient-resources',
      '1 node(s) had taint {node-role.kubernetes.io/master: }',
      container({ cpu: '4' }),
    ],
    [
      "0/4 nodes are available: 1 Insufficient memory, 3 node(s) didn't match Pod's node affinity/selector.",
      'insufficient-resources',
      "1 of 4 nodes. Of the other nodes: 3 node(s) didn't match Pod's node affinity/selector",
      { nodeSelector: { disktype: 'ssd' } },
    ],
    [
      "0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector.",
      'node-affinity',
      'disktype=ssd, and 3 of 4 nodes lack it. Of the other nodes: 1 node(s) were unschedulable',
      { nodeSelector: { disktype: 'ssd' } },
    ],
    [
      "0/1 nodes are available: 1 node(s) didn't match node selector.",
      'node-affinity',
      'disktype=ssd',
      { nodeSelector: { disktype: 'ssd' } },
    ],
    [
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
      'node-affinity',
      'zone in (a, b), and none of all 2 nodes'.replace('all ', ''),
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }],
            },
          },
        },
      },
    ],
    [
      "0/2 nodes are available: 2 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate.",
      'taint',
      'dedicated=gpu',
      {},
    ],
    ['0/2 nodes are available: 2 node(s) had untolerated taint {dedicated: gpu}.', 'taint', 'dedicated=gpu', {}],
    ['0/2 nodes are available: 2 node(s) were unschedulable.', 'taint', 'cordoned', {}],
    [
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
      'node-lost',
      'not ready',
      {},
    ],
    [
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.',
      'node-pressure',
      'short of a resource',
      {},
    ],
    [
      '0/2 nodes are available: 2 node(s) had volume node affinity conflict.',
      'topology',
      'claim pgdata',
      { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'pgdata' } }] },
    ],
    ["0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.", 'topology', 'own zone', {}],
    [
      "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.",
      'topology',
      'at most 1 apart over topology.kubernetes.io/zone',
      {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
        ],
      },
    ],
    [
      "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.",
      'topology',
      'kubernetes.io/hostname',
      {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }],
          },
        },
      },
    ],
    ["0/2 nodes are available: 2 node(s) didn't match pod affinity rules.", 'topology', 'beside pods', {}],
    [
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
      'port-in-use',
      'Host port 8080',
      container({}, { ports: [{ containerPort: 80, hostPort: 8080 }] }),
    ],
  ])('reads %s', (message, cause, phrase, spec) => {
    const finding = refused(message, spec);
    expect(finding).toMatchObject({ cause, confidence: 0.95 });
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)[0]).toBe(message);
  });

  it('names the taint from the nodes where the message names none, and its effect', () => {
    const taints = [
      { key: 'team', value: 'data', effect: 'NoSchedule' },
      { key: 'spot', value: 'true', effect: 'NoSchedule' },
    ];
    const spec = { tolerations: [{ key: 'spot', operator: 'Exists' }] };
    const finding = refused('0/1 nodes are available: 1 node(s) had untolerated taint(s).', spec, {
      nodes: [{ taints }],
    });
    expect(finding?.explanation).toContain('does not tolerate the taint team=data:NoSchedule of the only node');
    expect(words(finding)[1]).toContain('"team"');
    const lost = [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }];
    expect(
      refused('0/1 nodes are available: 1 node(s) had untolerated taint(s).', {}, { nodes: [{ taints: lost }] })?.cause,
    ).toBe('node-lost');
  });

  describe('of a pod that asks for labels', () => {
    const message =
      "0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match Pod's node affinity/selector.";
    const named = (name: string, labels: object, taints: object[] = []) => ({
      name,
      labels: { 'kubernetes.io/hostname': name, ...labels },
      taints: taints as Record<string, unknown>[],
    });
    const dedicated = [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }];
    const others = ['a1', 'a2', 'b2'].map((name) => named(name, {}));
    const pressed = [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }];

    it.each<[string, string, readonly ReturnType<typeof named>[], Record<string, unknown>]>([
      ['taint', 'dedicated=batch:NoSchedule', [named('b1', { pool: 'batch' }, dedicated), ...others], {}],
      ['taint', 'b1 has the labels that the pod asks for', [named('b1', { pool: 'batch' }, dedicated), ...others], {}],
      [
        'taint',
        'does not tolerate the taint dedicated=batch:NoSchedule of',
        [named('b1', { pool: 'batch' }, dedicated), named('b2', {}, pressed)],
        {},
      ],
      ['node-pressure', 'disk-pressure', [named('b1', { pool: 'batch' }, pressed), ...others], {}],
      ['node-affinity', 'pool=batch', [named('b1', { pool: 'web' }, dedicated), ...others], {}],
      ['node-affinity', 'pool=batch', [named('b1', {}, dedicated), ...others], {}],
      // One of those that it asks for would take it as far as taints go.
      [
        'node-affinity',
        'pool=batch',
        [named('b1', { pool: 'batch' }, dedicated), named('b3', { pool: 'batch' }), ...others],
        {},
      ],
      [
        'node-affinity',
        'pool=batch',
        [named('b1', { pool: 'batch' }, dedicated), ...others],
        { tolerations: [{ key: 'dedicated', operator: 'Exists' }] },
      ],
    ])('finds %s: %s', (cause, phrase, nodes, more) => {
      const finding = refused(message, { nodeSelector: { pool: 'batch' }, ...more }, { nodes });
      expect(finding?.cause).toBe(cause);
      expect(finding?.explanation).toContain(phrase);
    });

    it('says that no node has the labels, and which there are instead', () => {
      const nodes = [named('b1', { pool: 'web' }, dedicated), ...others];
      const finding = refused(message, { nodeSelector: { pool: 'batch' } }, { nodes });
      expect(finding?.explanation).toContain(
        'asks for nodes with pool=batch, and none of 4 nodes has that. There are nodes with pool=web.',
      );
    });

    it('tells labels that nobody has from taints, also where most nodes have some', () => {
      const words = message.replace('1 node(s)', '3 node(s)').replace('3 node(s) didn', '1 node(s) didn');
      const nodes = [...['a', 'b', 'c'].map((name) => named(name, {}, dedicated)), named('d', {})];
      expect(refused(words, { nodeSelector: { disktype: 'nvme' } }, { nodes })?.cause).toBe('node-affinity');
      // Of nodes that are not known nothing is said.
      expect(refused(words, { nodeSelector: { disktype: 'nvme' } }, { nodes: nodes.slice(1) })?.cause).toBe('taint');
    });
  });

  it('remembers over the loss of a node what kept the pod off before', () => {
    const before = '0/1 nodes are available: 1 Insufficient memory.';
    const nodes = [
      { name: 'node-1', allocatable: { memory: '4Gi' }, taints: [{ key: 'node.kubernetes.io/unreachable' }] },
    ];
    const events = [{ reason: 'FailedScheduling', message: before }];
    const finding = refused(
      '0/1 nodes are available: 1 node(s) had untolerated taint(s).',
      container({ memory: '8Gi' }),
      {
        nodes,
        events,
      },
    );
    expect(finding?.cause).toBe('insufficient-resources');
    expect(words(finding)[0]).toBe(before);
  });

  it('keeps what rules out fewer nodes as a lesser finding', () => {
    const message =
      "0/5 nodes are available: 2 Insufficient memory, 3 node(s) didn't match pod topology spread constraints.";
    const the = makeCase({ condition: 'FailedScheduling', pods: [{ status: unscheduled(message) }] });
    expect(scheduling.analyze(the).map(({ cause, confidence }) => [cause, confidence])).toEqual([
      ['topology', 0.95],
      ['insufficient-resources', 0.6],
    ]);
  });

  it('says why the autoscaler did not help', () => {
    const finding = refused('0/1 nodes are available: 1 Insufficient cpu.', container({ cpu: '4' }), {
      events: [{ reason: 'NotTriggerScaleUp', message: "pod didn't trigger scale-up: 1 max node group size reached" }],
    });
    expect(finding?.explanation).toContain('The autoscaler added no node: 1 max node group size reached.');
  });

  it('reads the event where the pod was not captured', () => {
    const message = '0/1 nodes are available: 1 Insufficient memory.';
    const the = makeCase({ condition: 'FailedScheduling', events: [{ reason: 'FailedScheduling', message }] });
    expect(scheduling.analyze(the)[0]?.cause).toBe('insufficient-resources');
  });

  it('finds a scheduler that does not run', () => {
    const pod = { name: 'api-1', spec: { schedulerName: 'volcano' }, status: { phase: 'Pending' } };
    const finding = scheduling.analyze(makeCase({ condition: 'FailedScheduling', pods: [pod] }))[0];
    expect(finding).toMatchObject({ cause: 'missing-reference' });
    expect(words(finding)).toContain('schedulerName: volcano');
  });

  it.each<[string, CaseShape]>([
    ['an empty case', {}],
    [
      'a gated pod',
      {
        condition: 'Pending',
        pods: [
          {
            status: {
              phase: 'Pending',
              conditions: [
                {
                  type: 'PodScheduled',
                  status: 'False',
                  reason: 'SchedulingGated',
                  message: 'Scheduling is blocked due to non-empty scheduling gates',
                },
              ],
            },
          },
        ],
      },
    ],
    [
      'a pod that found its node and crashes now',
      {
        condition: 'CrashLoopBackOff',
        pods: [{ spec: { nodeName: 'node-1' }, status: { phase: 'Running' } }],
        events: [{ reason: 'FailedScheduling', message: '0/1 nodes are available: 1 Insufficient cpu.' }],
      },
    ],
    [
      'volumes that do not bind',
      {
        condition: 'FailedScheduling',
        pods: [
          {
            status: unscheduled('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'),
          },
        ],
      },
    ],
    [
      'odd evidence',
      {
        condition: 'FailedScheduling',
        pods: [
          {
            spec: { containers: [null], tolerations: 7 },
            status: { conditions: [{ type: 'PodScheduled', status: 'False', message: 5 }, null] },
          },
        ],
        nodes: [{ allocatable: { memory: {} }, taints: [{ key: 3 }] }],
      },
    ],
  ])('stays silent for %s', (_what, shape) => {
    expect(scheduling.analyze(makeCase(shape))).toEqual([]);
  });
});

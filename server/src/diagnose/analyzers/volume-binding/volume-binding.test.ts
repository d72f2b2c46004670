import { describe, expect, it } from 'vitest';
import { type CaseShape, makeCase, words } from '../../testing/make-case.ts';
import { volumeBinding } from './volume-binding.ts';

const UNBOUND = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found';
const claim = { kind: 'PersistentVolumeClaim', namespace: 'sessions', name: 'cache-data' };

function waiting(reason: string, message: string, spec: Record<string, unknown> = {}): CaseShape {
  return {
    condition: 'FailedScheduling',
    root: claim,
    pods: [
      {
        name: 'cache-1',
        spec: { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'cache-data' } }] },
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: UNBOUND }],
        },
      },
    ],
    objects: [{ kind: 'PersistentVolumeClaim', spec, status: { phase: 'Pending' } }],
    events: [{ reason, message, object: claim, source: 'persistentvolume-controller' }],
  };
}
const found = (shape: CaseShape) => volumeBinding.analyze(makeCase(shape))[0];

describe('volume binding', () => {
  it('finds a storage class that does not exist', () => {
    const finding = found(
      waiting('ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found', {
        storageClassName: 'fast-ssd',
      }),
    );
    expect(finding).toMatchObject({ cause: 'volume-unbound', confidence: 0.97 });
    expect(finding?.explanation).toContain('storage class fast-ssd, which does not exist');
    expect(words(finding).slice(0, 2)).toEqual([
      'storageclass.storage.k8s.io "fast-ssd" not found',
      'storageClassName: fast-ssd',
    ]);
    expect(finding?.commands[0]).toBe('kubectl -n sessions describe persistentvolumeclaim cache-data');
  });

  it.each([
    ['FailedBinding', 'no persistent volumes available for this claim and no storage class is set', 'no storage class'],
    [
      'ExternalProvisioning',
      'waiting for a volume to be created, either by external provisioner "ebs.csi.aws.com" or manually created by system administrator',
      'provisioner ebs.csi.aws.com',
    ],
    [
      'ExternalProvisioning',
      "Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
      'provisioner ebs.csi.aws.com',
    ],
    [
      'ProvisioningFailed',
      'failed to provision volume with StorageClass "gp3": rpc error: code = ResourceExhausted desc = volume limit exceeded',
      'quota is used up',
    ],
    [
      'ProvisioningFailed',
      'failed to provision volume with StorageClass "gp3": rpc error: code = InvalidArgument desc = unknown parameter tpye',
      'invalid for the driver',
    ],
    ['VolumeMismatch', 'Cannot bind to requested volume "pv-1": requested PV is too small', 'too small'],
    ['FailedBinding', 'volume "pv-1" already bound to a different claim.', 'already bound to a different claim'],
    ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', 'lost its volume'],
  ])('reads %s: %s', (reason, message, phrase) => {
    const finding = found(waiting(reason, message));
    expect(finding?.cause).toBe('volume-unbound');
    expect(finding?.explanation).toContain(phrase);
    expect(words(finding)[0]).toBe(message);
  });

  it("falls back to the scheduler's word", () => {
    const finding = found(waiting('WaitForFirstConsumer', 'waiting for first consumer to be created before binding'));
    expect(finding).toMatchObject({ cause: 'volume-unbound', confidence: 0.9 });
    expect(finding?.explanation).toContain('claim cache-data, which is not bound');
  });

  it.each([
    [
      '0/2 nodes are available: persistentvolumeclaim "cache" not found.',
      'missing-reference',
      'PersistentVolumeClaim cache, which does not exist',
    ],
    ['persistentvolumeclaim "cache" not found', 'missing-reference', 'PersistentVolumeClaim cache'],
    [
      '0/2 nodes are available: 2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.',
      'volume-mount',
      'another one uses it',
    ],
    [
      "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.",
      'volume-unbound',
      'not bound',
    ],
  ])('reads the scheduler: %s', (message, cause, phrase) => {
    const status = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] };
    const finding = found({ condition: 'FailedScheduling', pods: [{ status }] });
    expect(finding?.cause).toBe(cause);
    expect(finding?.explanation).toContain(phrase);
  });

  it('says the class and the words of the provisioner where the incident is that of the workload', () => {
    const shape = waiting('ProvisioningFailed', 'storageclass.storage.k8s.io "fast-ssd" not found');
    const objects = [
      { kind: 'PersistentVolumeClaim', name: 'logs', spec: { storageClassName: 'std' }, status: { phase: 'Bound' } },
      {
        kind: 'PersistentVolumeClaim',
        name: 'cache-data',
        spec: { storageClassName: 'fast-ssd' },
        status: { phase: 'Pending' },
      },
    ];
    const old = {
      reason: 'ProvisioningFailed',
      message: 'failed to provision volume with StorageClass "std": rpc error: code = Unavailable',
      object: { ...claim, name: 'logs' },
    };
    const root = { kind: 'Deployment', namespace: 'sessions', name: 'cache' };
    const finding = found({ ...shape, root, objects, events: [old, ...(shape.events ?? [])] });
    expect(finding?.explanation).toContain('Claim cache-data asks for the storage class fast-ssd');
    expect(words(finding)).toContain('storageClassName: fast-ssd');
    expect(finding?.commands[0]).toBe('kubectl -n sessions describe persistentvolumeclaim cache-data');
    const silent = found({ ...shape, root, objects, events: [old] });
    expect(silent?.explanation).toContain('waits for claim cache-data (class fast-ssd), which is not bound');
    expect(words(silent)).toContain('phase: Pending');
  });

  it('finds a lost claim by its phase', () => {
    const finding = found({
      condition: 'PersistentVolumeClaimLost',
      root: claim,
      objects: [{ kind: 'PersistentVolumeClaim', spec: { volumeName: 'pv-1' }, status: { phase: 'Lost' } }],
    });
    expect(words(finding)).toEqual(['phase: Lost', 'volumeName: pv-1']);
  });

  it.each<[string, CaseShape]>([
    ['an empty case', {}],
    [
      'a bound claim',
      {
        ...waiting('ExternalProvisioning', 'Waiting for a volume'),
        pods: [],
        objects: [{ kind: 'PersistentVolumeClaim', status: { phase: 'Bound' } }],
      },
    ],
    [
      'a claim that waits for its first pod',
      {
        condition: 'PersistentVolumeClaimPending',
        root: claim,
        events: [
          {
            reason: 'WaitForFirstConsumer',
            message: 'waiting for first consumer to be created before binding',
            object: claim,
          },
        ],
      },
    ],
    [
      'a crash beside an old event',
      {
        condition: 'CrashLoopBackOff',
        events: [{ reason: 'ExternalProvisioning', message: 'Waiting for a volume', object: claim }],
      },
    ],
    [
      'odd evidence',
      {
        condition: 'FailedScheduling',
        objects: [
          { kind: 'PersistentVolumeClaim', spec: { accessModes: 'x', resources: 4 }, status: { conditions: [4] } },
        ],
      },
    ],
  ])('stays silent for %s', (_what, shape) => {
    expect(volumeBinding.analyze(makeCase(shape))).toEqual([]);
  });
});

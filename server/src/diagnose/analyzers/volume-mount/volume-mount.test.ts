import { describe, expect, it } from 'vitest';
import type { CaseShape } from '../../testing/make-case.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { volumeMount } from './volume-mount.ts';

const SPEC = {
  volumes: [
    { name: 'data', persistentVolumeClaim: { claimName: 'store' } },
    { name: 'share', nfs: { server: 'nfs', path: '/x' } },
    { name: 'conf', configMap: { name: 'settings' } },
  ],
  containers: [{ name: 'app' }],
};

function creating(waiting: object = { reason: 'ContainerCreating' }) {
  return { spec: SPEC, status: { containerStatuses: [{ name: 'app', state: { waiting }, lastState: {} }] } };
}

const RUNNING = { spec: SPEC, status: { containerStatuses: [{ name: 'app', state: { running: {} }, lastState: {} }] } };

describe('a volume that cannot be mounted', () => {
  it.each([
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-5f1" Volume is already used by pod(s) api-0',
      'still attached to another node',
      0.95,
    ],
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-5f1" Volume is already exclusively attached to one node and can\'t be attached to another',
      'one node only',
      0.95,
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-5f1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
      'not registered',
      0.94,
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "share" : mount failed: exit status 32\nMounting command: mount\nOutput: mount.nfs: access denied by server while mounting nfs:/x',
      'export does not allow this node',
      0.95,
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "share" : mount failed: exit status 32 Output: mount: /y: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.',
      'nfs-common',
      0.9,
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-5f1" : mount failed: wrong fs type, bad option, bad superblock on /dev/sdb',
      'not the one',
      0.9,
    ],
    [
      'FailedMount',
      'MountVolume.MountDevice failed for volume "pvc-5f1" : \'fsck\' found errors on device /dev/sdb but could not correct them: fsck found errors',
      'damaged',
      0.92,
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "host" : hostPath type check failed: /srv/x is not a directory',
      'hostPath on the node',
      0.95,
    ],
    [
      'FailedAttachVolume',
      'AttachVolume.Attach failed for volume "pvc-5f1" : rpc error: code = Internal desc = Could not attach volume "vol-1" to node "i-1": UnauthorizedOperation: You are not authorized',
      'refuses its credentials',
      0.88,
    ],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition',
      'waited for it in vain',
      0.62,
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "data" : rpc error: code = Internal desc = boom',
      'reports an error',
      0.75,
    ],
  ])('is explained: %s %s', (reason, message, because, confidence) => {
    const [finding, ...others] = volumeMount.analyze(
      makeCase({ condition: 'FailedMount', pods: [creating()], events: [{ reason, message }] }),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'volume-mount', confidence });
    expect(finding?.explanation).toContain(because);
    expect(words(finding)[0]).toBe(message);
    expect(finding?.nextSteps.length).toBeGreaterThan(1);
  });

  it('is told by the surest of its events, with the volume of the claim', () => {
    const [finding] = volumeMount.analyze(
      makeCase({
        pods: [creating()],
        events: [
          {
            reason: 'FailedMount',
            message: 'Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition',
          },
          {
            reason: 'FailedAttachVolume',
            message: 'Multi-Attach error for volume "pvc-5f1" Volume is already used by pod(s) api-0',
          },
        ],
      }),
    );
    expect(finding?.explanation).toContain('Volume data of pod api-1 cannot be attached');
    expect(words(finding)[1]).toBe('volumes[data]: {"name":"data","persistentVolumeClaim":{"claimName":"store"}}');
    expect(finding?.commands).toContain('kubectl -n shop describe persistentvolumeclaim store');
  });

  it.each([
    [
      'CreateContainerConfigError',
      'failed to prepare subPath for volumeMount "conf" of container "app"',
      'its subPath cannot be prepared',
    ],
    [
      'RunContainerError',
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/1/volume-subpaths/conf/app/0" to rootfs at "/etc/app.conf": mount src=x, dst=/etc/app.conf: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type',
      'a directory is mounted onto a file',
    ],
  ])('is found in a container that waits for %s', (reason, message, because) => {
    const [finding] = volumeMount.analyze(makeCase({ pods: [creating({ reason, message })] }));
    expect(finding?.explanation).toContain(because);
  });
});

describe('the volume-mount analyzer stays silent', () => {
  const wait = {
    reason: 'FailedMount',
    message:
      'Unable to attach or mount volumes: unmounted volumes=[conf], unattached volumes=[conf]: timed out waiting for the condition',
  };
  it.each<[string, CaseShape]>([
    [
      'for a Secret that does not exist, and the wait for it',
      {
        pods: [creating()],
        events: [
          wait,
          { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "tls" : secret "x" not found' },
        ],
      },
    ],
    ['for a mount that succeeded since', { pods: [RUNNING], events: [wait] }],
    [
      'for caches that fill',
      {
        pods: [creating()],
        events: [
          {
            reason: 'FailedMount',
            message:
              'MountVolume.SetUp failed for volume "conf" : failed to sync configmap cache: timed out waiting for the condition',
          },
        ],
      },
    ],
    [
      'for a container that cannot start for another reason',
      { pods: [creating({ reason: 'RunContainerError', message: 'exec: "app": executable file not found in $PATH' })] },
    ],
    ['for nothing at all', {}],
  ])('%s', (_, shape) => {
    expect(volumeMount.analyze(makeCase(shape))).toEqual([]);
  });
});

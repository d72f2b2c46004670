/** Volumes that do not come, or do not come along. */
import type { NewObject } from '../kube-object.ts';
import { app, deploy, type Scenario } from '../scenario.ts';

const EBS = 'ebs.csi.aws.com_ebs-csi-controller-6f8c7b9d5-x2k4q_5a0f6f0e-5a51-4f6e-b8a5-0f1f0e5cf6b1';
const UNBOUND =
  '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';

function pending(namespace: string, name: string, storageClassName: string): NewObject {
  return {
    kind: 'PersistentVolumeClaim',
    name,
    namespace,
    finalizers: ['kubernetes.io/pvc-protection'],
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '50Gi' } },
      storageClassName,
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Pending' },
  };
}

export const volumes: readonly Scenario[] = [
  {
    truth: {
      namespace: 'ingest',
      title: 'the provisioner of a storage class may not create volumes',
      kind: 'PersistentVolumeClaim',
      name: 'spool',
      condition: ['FailedScheduling', 'ProvisioningFailed', 'PersistentVolumeClaimPending'],
      cause: 'volume-unbound',
      must_cite: ['UnauthorizedOperation'],
      severity: 'high',
      fix: 'allow the role of the EBS CSI controller ec2:CreateVolume',
    },
    begin: 50,
    act: (world, namespace) => {
      const { recorder } = world;
      const claim = recorder.create(pending(namespace, 'spool', 'gp3-fast'));
      const say = (type: 'Normal' | 'Warning', reason: string, message: string, component: string) =>
        recorder.event(claim, { type, reason, message, component });
      recorder.after(0.1, () => {
        const waiting =
          "Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
        say('Normal', 'ExternalProvisioning', waiting, 'persistentvolume-controller');
        for (let repeat = 15; repeat < 340; repeat += 45)
          recorder.after(repeat, () => say('Normal', 'ExternalProvisioning', waiting, 'persistentvolume-controller'));
      });
      for (const after of [0.3, 1.9, 4.6, 9.2, 17.9, 34.5, 67.1, 132.4, 261]) {
        recorder.after(after, () => {
          say(
            'Normal',
            'Provisioning',
            `External provisioner is provisioning volume for claim "${namespace}/spool"`,
            EBS,
          );
          const refused = `failed to provision volume with StorageClass "gp3-fast": rpc error: code = Internal desc = Could not create volume "pvc-${claim.metadata.uid}": could not create volume in EC2: operation error EC2: CreateVolume, https response error StatusCode: 403, RequestID: 7a1c2f0e-93a4-4a55-8d0c-2a6f5d7a7e11, api error UnauthorizedOperation: You are not authorized to perform this operation.`;
          recorder.after(0.7, () => say('Warning', 'ProvisioningFailed', refused, EBS));
        });
      }
      const spec = { volumes: [{ name: 'spool', persistentVolumeClaim: { claimName: 'spool' } }], containers: [] };
      const more = { spec, unschedulable: { message: UNBOUND, tries: [0.03, 5.1, 302.7] } };
      const volumeMounts = [{ name: 'spool', mountPath: '/var/spool/ingest' }];
      deploy(world, {
        namespace,
        name: 'receiver',
        plan: app('receiver', 'ingest/receiver:1.1.0', [], more, { volumeMounts }),
      });
    },
  },
  {
    truth: {
      namespace: 'wiki',
      title: 'a pod moved to another node, and its volume is still attached to the old one',
      kind: 'Deployment',
      name: 'wiki',
      condition: 'FailedMount',
      cause: 'volume-mount',
      must_cite: ['Multi-Attach error'],
      severity: 'high',
      fix: 'detach the volume from the old node, or wait until the attach controller forces it',
    },
    begin: -3000,
    act: (world, namespace) => {
      const { recorder } = world;
      const volume = 'pvc-4c1f0a52-6a7e-4d19-9d0b-6f3f2b1d9e70';
      const bound = pending(namespace, 'wiki-data', 'standard');
      recorder.create({
        ...bound,
        spec: { ...bound.spec, volumeName: volume },
        status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '50Gi' } },
      });
      const spec = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'wiki-data' } }], containers: [] };
      const volumeMounts = [{ name: 'data', mountPath: '/var/wiki' }];
      const plan = app('wiki', 'tools/wiki:4.1.0', [{}], { spec, nodes: ['node-a1'] }, { volumeMounts });
      let moved = false;
      const wiki = deploy(world, {
        namespace,
        name: 'wiki',
        plan,
        planFor: () => (moved ? { ...plan, nodes: ['node-b2'], volumesAfter: null } : plan),
      });
      recorder.at(60, () => {
        moved = true;
        wiki.pods[0]?.remove();
        recorder.after(0.9, () => {
          const pod = wiki.pods.at(-1);
          if (pod === undefined) return;
          recorder.event(pod.object, {
            type: 'Warning',
            reason: 'FailedAttachVolume',
            message: `Multi-Attach error for volume "${volume}" Volume is already exclusively attached to one node and can't be attached to another`,
            component: 'attachdetach-controller',
          });
          for (const after of [122, 258]) {
            const late =
              'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: context deadline exceeded';
            recorder.after(after, () => pod.kubeletEvent('Warning', 'FailedMount', late));
          }
        });
      });
    },
  },
  {
    truth: {
      namespace: 'sandbox',
      title: 'a claim that binds when its first consumer comes, and none has come',
      none: true,
    },
    begin: 85,
    act: (world, namespace) => {
      const { recorder } = world;
      const claim = recorder.create(pending(namespace, 'scratch', 'local-wait'));
      for (let after = 0.1; after < 330; after += 15) {
        recorder.after(after, () =>
          recorder.event(claim, {
            reason: 'WaitForFirstConsumer',
            message: 'waiting for first consumer to be created before binding',
            component: 'persistentvolume-controller',
          }),
        );
      }
    },
  },
];

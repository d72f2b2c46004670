import { describe, expect, it } from 'vitest';
import type { CaseShape } from '../../testing/make-case.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { reference } from './reference.ts';

const SPEC = {
  serviceAccountName: 'worker',
  priorityClassName: 'gold',
  volumes: [
    { name: 'tls', secret: { secretName: 'invoicer-tls' } },
    { name: 'conf', configMap: { name: 'settings' } },
    { name: 'data', persistentVolumeClaim: { claimName: 'store' } },
    { name: 'all', projected: { sources: [{ configMap: { name: 'other' } }, { secret: { name: 'hidden' } }] } },
  ],
  containers: [
    {
      name: 'app',
      env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } }],
      envFrom: [{ configMapRef: { name: 'flags' } }],
    },
  ],
};

function creating(waiting: object = { reason: 'ContainerCreating' }, more: object = {}) {
  return {
    spec: SPEC,
    status: { phase: 'Pending', containerStatuses: [{ name: 'app', state: { waiting }, lastState: {}, ...more }] },
  };
}

describe('a reference to what does not exist', () => {
  it.each([
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "tls" : secret "invoicer-tls" not found',
      'Secret invoicer-tls (volume tls), which does not exist in namespace shop',
      'volumes[tls].secret.secretName: invoicer-tls',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "tls" : secrets "invoicer-tls" not found',
      'Secret invoicer-tls',
      'volumes[tls].secret.secretName: invoicer-tls',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found',
      'ConfigMap settings',
      'volumes[conf].configMap.name: settings',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "all" : [configmap "other" not found, secret "hidden" not found]',
      'ConfigMap other (volume all)',
      'volumes[all].projected.sources[0].configMap.name: other',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: app.yaml',
      'key app.yaml of ConfigMap settings',
      'volumes[conf].configMap.name: settings',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt',
      'key tls.crt of Secret invoicer-tls',
      'volumes[tls].secret.secretName: invoicer-tls',
    ],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[data]: error processing PVC shop/store: failed to fetch PVC from API server: persistentvolumeclaims "store" not found',
      'PersistentVolumeClaim store',
      'volumes[data].persistentVolumeClaim.claimName: store',
    ],
    [
      'FailedScheduling',
      '0/3 nodes are available: persistentvolumeclaim "store" not found. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      'PersistentVolumeClaim store',
      'volumes[data].persistentVolumeClaim.claimName: store',
    ],
    [
      'Failed',
      "Error: couldn't find key value in Secret shop/token",
      'key value of Secret token (variable TOKEN of container app)',
      'containers[app].env[TOKEN].valueFrom.secretKeyRef: {"name":"token","key":"value"}',
    ],
    [
      'Failed',
      'Error: configmap "flags" not found',
      'ConfigMap flags (envFrom of container app)',
      'containers[app].envFrom[0].configMapRef.name: flags',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "kube-api-access-x7" : failed to fetch token: serviceaccounts "worker" not found',
      'ServiceAccount worker',
      'serviceAccountName: worker',
    ],
  ])('is found in %s: %s', (reason, message, explanation, field) => {
    const [finding, ...others] = reference.analyze(
      makeCase({ condition: reason, pods: [creating()], events: [{ reason, message }] }),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'missing-reference', confidence: 0.95 });
    expect(finding?.explanation).toContain(explanation);
    expect(words(finding)).toEqual([message, field]);
    expect(finding?.commands[0]).toBe('kubectl -n shop describe pod api-1');
  });

  it.each([
    [
      'Error creating: pods "api-5d-" is forbidden: error looking up service account shop/worker: serviceaccount "worker" not found',
      'ServiceAccount worker, which does not exist in namespace shop',
    ],
    ['Error creating: pods "api-5d-" is forbidden: no PriorityClass with name gold was found', 'PriorityClass gold'],
    [
      'Error creating: pods "api-5d-" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
      'RuntimeClass gvisor, which does not exist in the cluster',
    ],
  ])('is found where no pod could be made: %s', (message, explanation) => {
    const object = { kind: 'ReplicaSet', namespace: 'shop', name: 'api-5d' };
    const [finding] = reference.analyze(
      makeCase({ condition: 'FailedCreate', events: [{ reason: 'FailedCreate', message, object }] }),
    );
    expect(finding?.explanation).toContain(explanation);
    expect(words(finding)).toEqual([message]);
  });

  it.each([
    ['CreateContainerConfigError', 'secret "token" not found', 'Secret token'],
    ['CreateContainerConfigError', "couldn't find key value in Secret shop/token", 'key value of Secret token'],
    [
      'CreateContainerError',
      'failed to create containerd container: failed to generate spec: apparmor profile not found shop-strict',
      'AppArmor profile shop-strict, which does not exist on the node',
    ],
    [
      'CreateContainerError',
      'failed to generate seccomp spec opts: cannot load seccomp profile "/var/lib/kubelet/seccomp/strict.json": open /var/lib/kubelet/seccomp/strict.json: no such file or directory',
      'seccomp profile strict.json',
    ],
  ])('is found in a container that waits for %s: %s', (reason, message, explanation) => {
    const [finding] = reference.analyze(makeCase({ condition: reason, pods: [creating({ reason, message })] }));
    expect(finding?.explanation).toContain(explanation);
    expect(words(finding)[0]).toBe(`containerStatuses[app].state.waiting.message: ${message}`);
  });

  it.each([
    [
      'rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
      'runtime handler gvisor',
    ],
    [
      'plugin type="multus" failed (add): Multus: error loading k8s delegates: cannot find a network-attachment-definition (macvlan) in namespace (shop): not found',
      'NetworkAttachmentDefinition macvlan',
    ],
  ])('is found in a sandbox that cannot be made: %s', (said, explanation) => {
    const message = `Failed to create pod sandbox: ${said}`;
    const [finding] = reference.analyze(makeCase({ events: [{ reason: 'FailedCreatePodSandBox', message }] }));
    expect(finding?.explanation).toContain(explanation);
  });

  it('is a pull secret where the pull fails', () => {
    const message =
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
    const [finding] = reference.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        events: [
          { reason: 'FailedToRetrieveImagePullSecret', message },
          { reason: 'Failed', message: 'Failed to pull image "a/b": unauthorized: authentication required' },
        ],
      }),
    );
    expect(finding).toMatchObject({ cause: 'missing-reference', confidence: 0.75 });
    expect(finding?.explanation).toContain('regcred');
  });
});

describe('the reference analyzer stays silent', () => {
  const missing = {
    reason: 'FailedMount',
    message: 'MountVolume.SetUp failed for volume "tls" : secret "x" not found',
  };

  it.each<[string, CaseShape]>([
    ['for a mount that succeeded since', { pods: [creating({}, { state: { running: {} } })], events: [missing] }],
    [
      'for storage classes, which are another cause',
      { events: [{ reason: 'FailedScheduling', message: 'storageclass.storage.k8s.io "fast" not found' }] },
    ],
    [
      'for a cache that is not filled yet',
      {
        events: [
          {
            reason: 'FailedMount',
            message: 'MountVolume.SetUp failed for volume "c" : object "shop"/"settings" not registered',
          },
        ],
      },
    ],
    [
      'for an image that is not found',
      { events: [{ reason: 'Failed', message: 'Failed to pull image "secret": secret "x" not found' }] },
    ],
    [
      'for what a webhook says',
      {
        events: [
          {
            reason: 'FailedCreate',
            message: 'Error creating: admission webhook "a.b" denied the request: configmap "x" not found',
          },
        ],
      },
    ],
    [
      'for a pull secret that is not needed',
      {
        events: [
          {
            reason: 'FailedToRetrieveImagePullSecret',
            message:
              'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
          },
        ],
      },
    ],
    ['for nothing at all', {}],
  ])('%s', (_, shape) => {
    expect(reference.analyze(makeCase(shape))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { image } from './image.ts';

const IMAGE = 'registry.example.com/team/frontend:v1.2.33';

function waiting(reason: string, message?: string, restartCount = 0) {
  return {
    spec: { nodeName: 'node-1', containers: [{ name: 'web', image: IMAGE }] },
    status: {
      containerStatuses: [
        {
          name: 'web',
          image: IMAGE,
          ready: false,
          restartCount,
          state: { waiting: { reason, ...(message !== undefined && { message }) } },
          lastState: {},
        },
      ],
    },
  };
}

describe('an image that cannot be pulled', () => {
  it.each([
    [
      'containerd, host unknown',
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://registry.example.com/v2/team/frontend/manifests/v1.2.33": dial tcp: lookup registry.example.com on 10.96.0.10:53: no such host`,
      'cannot be resolved',
    ],
    [
      'containerd, tag missing',
      `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`,
      'does not have this tag',
    ],
    [
      'containerd, denied by Docker Hub',
      `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      'does not exist there, or the registry wants credentials',
    ],
    [
      'containerd, 401',
      `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized`,
      'authentication is required',
    ],
    [
      'containerd, rate limit',
      `failed to pull and unpack image "${IMAGE}": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/x/manifests/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.`,
      'rate of pulls',
    ],
    [
      'containerd, certificate',
      `failed to do request: Head "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      'not trusted',
    ],
    [
      'containerd, plain HTTP',
      `failed to do request: Head "https://r:5000/v2/": http: server gave HTTP response to HTTPS client`,
      'does not speak TLS',
    ],
    [
      'containerd, refused',
      `failed to do request: Head "https://r/v2/": dial tcp 10.0.0.1:443: connect: connection refused`,
      'cannot be reached',
    ],
    [
      'containerd, timeout',
      `failed to do request: Head "https://r/v2/": dial tcp 10.0.0.1:443: i/o timeout`,
      'cannot be reached',
    ],
    [
      'containerd, full disk',
      'failed to extract layer sha256:1: write /var/lib/containerd/x: no space left on device: unknown',
      'no disk space',
    ],
    [
      'CRI-O, manifest unknown',
      `initializing source docker://${IMAGE}: reading manifest v1.2.33 in registry.example.com/team/frontend: manifest unknown`,
      'does not have this tag',
    ],
    [
      'CRI-O, repository unknown',
      `initializing source docker://${IMAGE}: reading manifest v1.2.33 in registry.example.com/team/frontend: name unknown: repository not known`,
      'does not know the repository',
    ],
    ['CRI-O, signature', 'Source image rejected: A signature was required, but no signature exists', 'signature'],
    [
      'dockershim, denied',
      'rpc error: code = Unknown desc = Error response from daemon: unauthorized: authentication required',
      'authentication is required',
    ],
  ])('is told with its reason (%s)', (_, said, because) => {
    const [finding] = image.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        pods: [waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: ${said}`)],
        events: [{ reason: 'Failed', message: `Failed to pull image "${IMAGE}": ${said}` }],
      }),
    );
    expect(finding).toMatchObject({ cause: 'image-pull', confidence: 0.95 });
    expect(finding?.explanation).toContain(because);
    expect(finding?.explanation).toContain(IMAGE);
    expect(words(finding).join('\n')).toContain(IMAGE);
    expect(finding?.commands).toContain('kubectl -n shop describe pod api-1');
  });

  it.each([
    ['ErrImageNeverPull', `Container image "${IMAGE}" is not present with pull policy of Never`, 'Never forbids'],
    [
      'InvalidImageName',
      `Failed to apply default image tag "${IMAGE}": couldn't parse image name "${IMAGE}": invalid reference format: repository name must be lowercase`,
      'not a valid image reference',
    ],
    ['SignatureValidationFailed', 'image validation failed', 'signature'],
  ])('is told by the waiting reason %s', (reason, message, because) => {
    const [finding] = image.analyze(makeCase({ condition: reason, pods: [waiting(reason, message)] }));
    expect(finding?.explanation).toContain(because);
    expect(words(finding)).toContain(`containers[web].image: ${IMAGE}`);
  });

  it('finds the cause of an older kubelet’s bare back-off in its events', () => {
    const [finding] = image.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        pods: [waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`)],
        events: [
          { reason: 'BackOff', type: 'Normal', message: `Back-off pulling image "${IMAGE}"` },
          {
            reason: 'Failed',
            message: `Failed to pull image "${IMAGE}": rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`,
          },
        ],
      }),
    );
    expect(finding?.explanation).toContain('does not have this tag');
  });

  it('says that nothing says why where only the back-off was captured', () => {
    const [finding] = image.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        pods: [waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`)],
      }),
    );
    expect(finding?.confidence).toBe(0.85);
    expect(finding?.explanation).toContain('does not say why');
  });

  it('names the pull secret that could not be read', () => {
    const [finding] = image.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        pods: [waiting('ErrImagePull', 'unauthorized: authentication required')],
        events: [
          {
            reason: 'FailedToRetrieveImagePullSecret',
            message:
              'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
          },
        ],
      }),
    );
    expect(finding?.explanation).toContain('pull secret regcred');
    expect(finding?.nextSteps[0]).toContain('regcred');
  });

  it('finds a sandbox image that cannot be pulled', () => {
    const [finding] = image.analyze(
      makeCase({
        condition: 'FailedCreatePodSandBox',
        events: [
          {
            reason: 'FailedCreatePodSandBox',
            message:
              'Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image "registry.k8s.io/pause:3.9": dial tcp 1.2.3.4:443: i/o timeout',
          },
        ],
      }),
    );
    expect(finding?.explanation).toContain('registry.k8s.io/pause:3.9');
  });

  it('does not take the words of a name for a reason', () => {
    const name = 'registry.example.com/unauthorized/not found:404';
    const [finding] = image.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        events: [{ reason: 'Failed', message: `Failed to pull image "${name}": dial tcp 10.0.0.1:443: i/o timeout` }],
      }),
    );
    expect(finding?.explanation).toContain('cannot be reached');
  });
});

describe('the image analyzer stays silent', () => {
  it('for a pull that failed before the container ran', () => {
    const pod = waiting('CrashLoopBackOff', 'back-off 10s restarting failed container', 3);
    Object.assign(pod.status.containerStatuses[0] ?? {}, {
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    const events = [{ reason: 'Failed', message: `Failed to pull image "${IMAGE}": i/o timeout` }];
    expect(image.analyze(makeCase({ pods: [pod], events }))).toEqual([]);
  });

  it('for a platform that the image does not have', () => {
    const pods = [
      waiting(
        'ErrImagePull',
        `failed to pull and unpack image "${IMAGE}": no match for platform in manifest: not found`,
      ),
    ];
    expect(image.analyze(makeCase({ pods }))).toEqual([]);
  });

  it('for other waits and for nothing at all', () => {
    expect(image.analyze(makeCase({ pods: [waiting('ContainerCreating')] }))).toEqual([]);
    expect(image.analyze(makeCase({}))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { containerCreate } from './container-create.ts';

function waiting(reason: string, message: string, spec: object = {}) {
  return {
    spec: { containers: [{ name: 'app', image: 'x' }], ...spec },
    status: { containerStatuses: [{ name: 'app', state: { waiting: { reason, message } }, lastState: {} }] },
  };
}

describe('a container that is refused', () => {
  it.each([
    ['container has runAsNonRoot and image will run as root (pod: "api-1_shop(1)", container: app)', 'is root'],
    [
      'container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root (pod: "api-1_shop(1)", container: app)',
      'by a word',
    ],
    ['container\'s runAsUser breaks non-root policy (pod: "api-1_shop(1)", container: app)', 'is root'],
  ])('for its user is told with the setting: %s', (message, because) => {
    const spec = { securityContext: { runAsNonRoot: true } };
    const [finding, ...others] = containerCreate.analyze(
      makeCase({
        condition: 'CreateContainerConfigError',
        pods: [waiting('CreateContainerConfigError', message, spec)],
        events: [{ reason: 'Failed', message: `Error: ${message}` }],
      }),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'permission-denied', confidence: 0.95 });
    expect(finding?.explanation).toContain(because);
    expect(words(finding)).toEqual([`Error: ${message}`, 'securityContext.runAsNonRoot: true']);
  });

  it.each([
    [
      'CreateContainerError',
      'failed to create containerd container: unable to find user app: no matching entries in passwd file',
      'permission-denied',
    ],
    [
      'CreateContainerError',
      'failed to create containerd container: write /var/lib/containerd/x: no space left on device',
      'disk-full',
    ],
    [
      'RunContainerError',
      'failed to start containerd task "app": fork/exec /usr/bin/containerd-shim: resource temporarily unavailable',
      'node-pressure',
    ],
  ])('with %s: %s', (reason, message, cause) => {
    expect(containerCreate.analyze(makeCase({ pods: [waiting(reason, message)] }))[0]?.cause).toBe(cause);
  });
});

describe('the container-create analyzer stays silent', () => {
  it.each([
    'failed to reserve container name "app_api-1_shop_1_0": name is reserved for "4f"',
    'context deadline exceeded',
    'exec: "app": executable file not found in $PATH: unknown',
    'mkdir /sys/fs/cgroup/pids/kubepods/x: no space left on device cgroup',
  ])('for %s', (message) => {
    expect(containerCreate.analyze(makeCase({ pods: [waiting('CreateContainerError', message)] }))).toEqual([]);
  });
});

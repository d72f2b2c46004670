import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { sandbox } from './sandbox.ts';

const PREFIX =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "4f": plugin type=';

function analyze(said: string) {
  const events = [{ reason: 'FailedCreatePodSandBox', message: PREFIX + said }];
  return sandbox.analyze(makeCase({ condition: 'FailedCreatePodSandBox', events }));
}

describe('a pod without a network', () => {
  it.each([
    [
      '"host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254',
      'insufficient-resources',
    ],
    [
      '"aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
      'insufficient-resources',
    ],
    [
      '"cilium-cni" failed (add): unable to connect to Cilium agent: failed to create cilium agent client after 30 seconds timeout: dial unix /var/run/cilium/cilium.sock: connect: no such file or directory',
      'dependency-unreachable',
    ],
    [
      '"calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/',
      'dependency-unreachable',
    ],
    [
      '"aws-cni" failed (add): rpc error: code = Unavailable desc = connection error: dial tcp 127.0.0.1:50051: connect: connection refused',
      'dependency-unreachable',
    ],
  ])('is explained: %s', (said, cause) => {
    const [finding] = analyze(said);
    expect(finding?.cause).toBe(cause);
    expect(words(finding)[0]).toContain(said);
  });

  it.each([
    '"x" failed (add): something else',
    '"flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory',
  ])('is left to others where the words say no cause: %s', (said) => {
    expect(analyze(said)).toEqual([]);
  });

  it('is not one whose sandbox image cannot be pulled', () => {
    expect(analyze('failed to get sandbox image "pause": failed to pull image: dial tcp: i/o timeout')).toEqual([]);
    expect(sandbox.analyze(makeCase({}))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { makeCase, type PodShape, words } from '../../testing/make-case.ts';
import { architecture } from './architecture.ts';

const NODES = [{ name: 'node-1', info: { architecture: 'arm64', operatingSystem: 'linux' } }];

function crashed(message = '', reason = 'Error'): PodShape {
  return {
    spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'shop/app:1' }] },
    status: {
      containerStatuses: [
        {
          name: 'app',
          image: 'shop/app:1',
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, reason, ...(message !== '' && { message }) } },
        },
      ],
    },
  };
}

describe('an image for another architecture', () => {
  it.each([
    ['exec /usr/local/bin/app: exec format error'],
    ['standard_init_linux.go:228: exec user process caused: exec format error'],
    ['exec user process caused "exec format error"'],
    ['/bin/sh: ./app: cannot execute binary file: Exec format error'],
    ['Fatal glibc error: CPU does not support x86-64-v2'],
  ])('is known by the log line “%s”', (line) => {
    const [finding] = architecture.analyze(
      makeCase({ nodes: NODES, pods: [{ ...crashed(), previousLogs: { app: [line] } }] }),
    );
    expect(finding).toMatchObject({ cause: 'architecture-mismatch', confidence: 0.93 });
    expect(finding?.explanation).toContain('node-1 is linux/arm64');
    expect(words(finding)).toEqual([line, 'containers[app].image: shop/app:1']);
  });

  it('is known by the runtime’s words in the status', () => {
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": exec format error: unknown';
    const [finding] = architecture.analyze(makeCase({ nodes: NODES, pods: [crashed(message, 'StartError')] }));
    expect(words(finding)[0]).toContain('exec format error');
  });

  it.each([
    'failed to pull and unpack image "shop/app:1": no match for platform in manifest: not found',
    'choosing an image from manifest list docker://shop/app:1: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
    'rpc error: code = Unknown desc = no matching manifest for linux/arm64/v8 in the manifest list entries',
  ])('is known by the failed pull: %s', (said) => {
    const [finding] = architecture.analyze(
      makeCase({
        condition: 'ImagePullBackOff',
        nodes: NODES,
        events: [{ reason: 'Failed', message: `Failed to pull image "shop/app:1": ${said}` }],
      }),
    );
    expect(finding?.cause).toBe('architecture-mismatch');
    expect(finding?.explanation).toContain('shop/app:1 has no variant');
  });

  it('is less sure of a script, which may only lack its first line', () => {
    const [finding] = architecture.analyze(
      makeCase({ pods: [{ ...crashed(), logs: { app: ['exec /entrypoint.sh: exec format error'] } }] }),
    );
    expect(finding?.confidence).toBe(0.72);
    expect(finding?.explanation).toContain('interpreter');
  });
});

describe('the architecture analyzer stays silent', () => {
  it('for a container that runs and never ended', () => {
    const pod = {
      spec: { containers: [{ name: 'app' }] },
      status: { containerStatuses: [{ name: 'app', state: { running: {} }, lastState: {} }] },
      logs: { app: ['plugin x: exec format error'] },
    };
    expect(architecture.analyze(makeCase({ pods: [pod] }))).toEqual([]);
  });

  it('for other crashes and for nothing at all', () => {
    expect(architecture.analyze(makeCase({ pods: [{ ...crashed(), logs: { app: ['boom'] } }] }))).toEqual([]);
    expect(architecture.analyze(makeCase({}))).toEqual([]);
  });
});

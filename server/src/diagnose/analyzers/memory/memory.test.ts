import { describe, expect, it } from 'vitest';
import type { Usage } from '../../case.ts';
import { makeCase, type PodShape, words } from '../../testing/make-case.ts';
import { memory } from './memory.ts';

const MI = 2 ** 20;

function ended(minute: number, seconds: number, reason = 'OOMKilled', exitCode = 137) {
  const finishedAt = Date.parse('2026-05-04T02:59:00Z') - minute * 60_000;
  const iso = (at: number) => new Date(at).toISOString();
  return { terminated: { exitCode, reason, startedAt: iso(finishedAt - seconds * 1000), finishedAt: iso(finishedAt) } };
}

function pod(state: object, lastState: object, limit: string | null = '24Mi', name = 'api-1'): PodShape {
  return {
    name,
    spec: {
      nodeName: 'node-1',
      containers: [{ name: 'app', image: 'x', resources: limit === null ? {} : { limits: { memory: limit } } }],
    },
    status: { containerStatuses: [{ name: 'app', ready: false, restartCount: 4, state, lastState }] },
  };
}

const BACK_OFF = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } };

function usage(samples: readonly number[], more: Partial<Usage['memory']> = {}): Usage {
  return {
    pod: 'api-1',
    container: 'app',
    source: 'prometheus',
    windowSeconds: 3600,
    memory: {
      bytes: samples.at(-1) ?? null,
      peakBytes: samples.length > 0 ? Math.max(...samples) : null,
      limitBytes: 24 * MI,
      bytesPerHour: null,
      samples,
      ...more,
    },
    cpu: { cores: null, limitCores: null },
  };
}

describe('a container killed for memory', () => {
  it('has a limit that is too low where it is killed soon after its start', () => {
    const [finding, ...others] = memory.analyze(
      makeCase({ condition: 'OOMKilled', pods: [pod(BACK_OFF, ended(0, 2))] }),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'memory-limit-too-low', confidence: 0.93 });
    expect(words(finding)).toEqual([
      'containerStatuses[app].lastState.terminated.reason: OOMKilled',
      'containers[app].resources.limits.memory: 24Mi',
    ]);
    expect(finding?.explanation).toContain('memory limit of 24Mi and was killed (OOMKilled) 2 s after its start');
    expect(finding?.nextSteps[0]).toContain('48Mi');
    expect(finding?.commands).toContain('kubectl -n shop logs api-1 -c app --previous --tail=50');
  });

  it('was killed for memory where its last bare 137 follows a kill for memory', () => {
    const [finding] = memory.analyze(makeCase({ pods: [pod(ended(0, 0, 'Error'), ended(1, 0))] }));
    expect(finding?.cause).toBe('memory-limit-too-low');
    expect(words(finding)[0]).toContain('OOMKilled');
  });

  it('was killed for memory where a replica was', () => {
    const pods = [pod(BACK_OFF, ended(0, 1, 'Error')), pod({ running: {} }, ended(0, 1), '24Mi', 'api-2')];
    const findings = memory.analyze(makeCase({ condition: 'OOMKilled', pods }));
    expect(findings).toHaveLength(1);
    expect(words(findings[0])).toContain('containers[app].resources.limits.memory: 24Mi');
  });

  it('was killed for memory where the detectors saw it before', () => {
    const [finding] = memory.analyze(
      makeCase({
        pods: [pod(BACK_OFF, ended(0, 1, 'Error'))],
        events: [
          {
            reason: 'OOMKilled',
            source: 'tattle',
            message: 'Container app was killed for memory (OOMKilled, exit code 137; memory limit 24Mi)',
          },
        ],
      }),
    );
    expect(finding).toMatchObject({ cause: 'memory-limit-too-low', confidence: 0.85 });
    expect(words(finding)[0]).toContain('OOMKilled');
  });

  it('is told with what it used', () => {
    const [finding] = memory.analyze(
      makeCase({
        condition: 'OOMKilled',
        pods: [pod(BACK_OFF, ended(0, 2))],
        usage: [usage([], { peakBytes: 23 * MI })],
      }),
    );
    expect(finding?.explanation).toContain('up to 23Mi');
  });

  it('leaks where its use rises steadily up to every restart', () => {
    const rise = [6, 8, 10, 12, 14, 16, 18, 20, 22, 24].map((value) => value * MI);
    const [finding] = memory.analyze(
      makeCase({
        condition: 'OOMKilled',
        pods: [pod({ running: {} }, ended(0, 3000))],
        usage: [usage([20 * MI, 23 * MI, ...rise])],
      }),
    );
    expect(finding).toMatchObject({ cause: 'memory-leak', confidence: 0.9 });
    expect(finding?.explanation).toContain('from 6Mi to 24Mi');
  });

  it('does not leak where its use jumps', () => {
    const jump = [6, 6, 6, 6.1, 6.1, 6.2, 6.2, 24].map((value) => value * MI);
    const [finding] = memory.analyze(
      makeCase({ condition: 'OOMKilled', pods: [pod({ running: {} }, ended(0, 3000))], usage: [usage(jump)] }),
    );
    expect(finding?.cause).toBe('memory-limit-too-low');
  });

  it('leaks where it always takes the same long time to fill up', () => {
    const [finding] = memory.analyze(
      makeCase({ condition: 'OOMKilled', pods: [pod(ended(0, 7000), ended(120, 7200))] }),
    );
    expect(finding).toMatchObject({ cause: 'memory-leak', confidence: 0.68 });
    expect(finding?.explanation).toContain('again and again');
  });

  it('says that the limit was lowered just before', () => {
    const [finding] = memory.analyze(
      makeCase({
        condition: 'OOMKilled',
        pods: [pod(BACK_OFF, ended(0, 2), '12Mi')],
        changes: [
          {
            summary: 'memory limit changed from 64Mi to 12Mi',
            diff: [{ field: 'memory limit', before: '64Mi', after: '12Mi' }],
          },
        ],
      }),
    );
    expect(finding?.explanation).toContain('lowered from 64Mi to 12Mi');
    expect(words(finding)).toContain('memory limit changed from 64Mi to 12Mi');
  });

  it('was killed by its node where it has no limit', () => {
    const [finding] = memory.analyze(
      makeCase({
        condition: 'OOMKilled',
        pods: [pod(BACK_OFF, ended(0, 2), null)],
        events: [
          {
            reason: 'SystemOOM',
            message: 'System OOM encountered, victim process: java, pid: 4242',
            object: { kind: 'Node', namespace: '', name: 'node-1' },
          },
        ],
      }),
    );
    expect(finding).toMatchObject({ cause: 'node-pressure', confidence: 0.88 });
    expect(words(finding)).toContain('System OOM encountered, victim process: java, pid: 4242');
  });

  it('has a limit below what the runtime needs to start it', () => {
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown';
    const state = { terminated: { exitCode: 128, reason: 'StartError', message } };
    const [finding] = memory.analyze(makeCase({ pods: [pod(BACK_OFF, state, '1Mi')] }));
    expect(finding?.cause).toBe('memory-limit-too-low');
    expect(words(finding)).toContain('containers[app].resources.limits.memory: 1Mi');
  });

  it('is likely to be killed for memory where its shell says so', () => {
    const shape = { ...pod(BACK_OFF, ended(0, 3, 'Error')), previousLogs: { app: ['encoding', 'Killed'] } };
    expect(memory.analyze(makeCase({ pods: [shape] }))[0]).toMatchObject({
      cause: 'memory-limit-too-low',
      confidence: 0.66,
    });
  });
});

describe('a full heap without a kill', () => {
  it.each([
    ['Java', 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'],
    ['Java', 'Terminating due to java.lang.OutOfMemoryError: GC overhead limit exceeded'],
    ['Node.js', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    ['Go', 'fatal error: runtime: out of memory'],
    ['Python', 'MemoryError'],
    ['Python', 'numpy.core._exceptions._ArrayMemoryError: Unable to allocate 8.00 GiB for an array'],
    ['PHP', 'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)'],
  ])('of %s is known by “%s”', (language, line) => {
    const shape = { ...pod(BACK_OFF, ended(0, 100, 'Error', 3), '512Mi'), previousLogs: { app: ['starting', line] } };
    const [finding] = memory.analyze(makeCase({ pods: [shape] }));
    expect(finding).toMatchObject({ cause: 'memory-limit-too-low', confidence: 0.88 });
    expect(finding?.explanation).toContain(`${language} process`);
    expect(words(finding)[0]).toBe(line);
  });
});

describe('the memory analyzer stays silent', () => {
  it('for threads that cannot be made', () => {
    const line = 'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory';
    const shape = { ...pod(BACK_OFF, ended(0, 9, 'Error', 1)), previousLogs: { app: [line] } };
    expect(memory.analyze(makeCase({ pods: [shape] }))).toEqual([]);
  });

  it('for a bare 137 that nothing explains', () => {
    expect(memory.analyze(makeCase({ pods: [pod(BACK_OFF, ended(0, 9, 'Error'))] }))).toEqual([]);
  });

  it('for a container that a probe killed', () => {
    const shape = { ...pod(BACK_OFF, ended(0, 9, 'Error')), previousLogs: { app: ['Killed'] } };
    const events = [
      { reason: 'Killing', type: 'Normal', message: 'Container app failed liveness probe, will be restarted' },
    ];
    expect(memory.analyze(makeCase({ pods: [shape], events }))).toEqual([]);
  });

  it('for a kill that was got over long ago', () => {
    const running = { running: { startedAt: '2026-05-03T10:00:00Z' } };
    const shape = pod(running, ended(1000, 50));
    expect(memory.analyze(makeCase({ condition: 'Unhealthy', pods: [shape] }))).toEqual([]);
  });

  it('for a crash since then', () => {
    expect(memory.analyze(makeCase({ pods: [pod(ended(0, 9, 'Error', 1), ended(60, 9))] }))).toEqual([]);
  });

  it('for nothing at all', () => {
    expect(memory.analyze(makeCase({}))).toEqual([]);
  });
});

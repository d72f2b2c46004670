import { describe, expect, it } from 'vitest';
import type { CaseShape, PodShape } from '../../testing/make-case.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { probe } from './probe.ts';

const READY = { httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 3 };
const LIVE = { tcpSocket: { port: 9000 }, initialDelaySeconds: 2, periodSeconds: 3, failureThreshold: 2 };
const RUNNING = { running: { startedAt: '2026-05-04T02:00:00Z' } };
const BACK_OFF = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } };

function ended(exitCode: number, reason = 'Error') {
  return {
    terminated: { exitCode, reason, startedAt: '2026-05-04T02:57:00Z', finishedAt: '2026-05-04T02:57:40Z' },
  };
}

function pod(probes: object, state: object, more: object = {}, logs: readonly string[] = []): PodShape {
  return {
    spec: { containers: [{ name: 'app', image: 'x', ports: [{ name: 'web', containerPort: 8080 }], ...probes }] },
    status: {
      containerStatuses: [{ name: 'app', ready: false, started: true, restartCount: 0, state, lastState: {}, ...more }],
    },
    logs: { app: logs },
  };
}

function unhealthy(message: string) {
  return { reason: 'Unhealthy', message, count: 20 };
}

function killing(message = 'Container app failed liveness probe, will be restarted') {
  return { reason: 'Killing', type: 'Normal', message, lastSeen: Date.parse('2026-05-04T02:57:10Z') };
}

function analyze(shape: CaseShape) {
  return probe.analyze(makeCase({ condition: 'Unhealthy', ...shape }));
}

describe('a readiness probe that fails', () => {
  it.each([
    ['HTTP probe failed with statuscode: 404', READY, [], 'nothing at /ready (status code 404)'],
    ['HTTP probe failed with statuscode: 503', READY, [], 'says that it is not healthy (status code 503)'],
    ['HTTP probe failed with statuscode: 401', READY, [], 'wants credentials'],
    [
      'Get "http://10.88.0.5:8080/ready": dial tcp 10.88.0.5:8080: connect: connection refused',
      READY,
      ['Server listening on http://0.0.0.0:3000'],
      'listens on port 3000',
    ],
    [
      'Get "http://10.88.0.5:8080/ready": dial tcp 10.88.0.5:8080: connect: connection refused',
      READY,
      [' * Running on http://127.0.0.1:8080'],
      'loopback',
    ],
    [
      'Get "http://10.88.0.5:8080/ready": dial tcp 10.88.0.5:8080: connect: connection refused',
      READY,
      [],
      'nothing listens on port 8080',
    ],
    [
      'Get "http://10.88.0.5:8080/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      READY,
      [],
      'does not answer within timeoutSeconds 1 s',
    ],
    [
      'Get "https://10.88.0.5:8080/ready": http: server gave HTTP response to HTTPS client',
      { httpGet: { ...READY.httpGet, scheme: 'HTTPS' } },
      [],
      'answers in plain HTTP',
    ],
    [
      'Get "http://10.88.0.5:8080/ready": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01"',
      READY,
      [],
      'such as TLS',
    ],
    ['strconv.Atoi: parsing "http": invalid syntax', { httpGet: { path: '/', port: 'http' } }, [], 'the name http'],
    [
      "cat: can't open '/tmp/ok': No such file or directory",
      { exec: { command: ['cat', '/tmp/ok'] } },
      [],
      'the command `cat /tmp/ok` fails: cat:',
    ],
    ['', { exec: { command: ['false'] } }, [], 'without a word'],
    [
      'command timed out: "sleep 5" timed out after 1s',
      { exec: { command: ['sleep', '5'] } },
      [],
      'command does not end within timeoutSeconds 1 s',
    ],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      { exec: { command: ['curl'] } },
      [],
      'does not exist in the image',
    ],
    ['service unhealthy (responded with "NOT_SERVING")', { grpc: { port: 50051 } }, [], 'NOT_SERVING'],
    [
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)',
      { grpc: { port: 50051 } },
      [],
      'does not implement',
    ],
    [
      'timeout: failed to connect service "10.88.0.5:50051" within 1s: context deadline exceeded',
      { grpc: { port: 50051 } },
      [],
      'does not answer',
    ],
    ['something of its own', READY, [], 'something of its own'],
  ])('is explained: %s', (said, readinessProbe, logs, because) => {
    const message = `Readiness probe failed: ${said}`;
    const [finding, ...others] = analyze({
      pods: [pod({ readinessProbe }, RUNNING, {}, logs)],
      events: [unhealthy(message)],
    });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'readiness-probe', confidence: 0.92 });
    expect(finding?.explanation).toContain(because);
    expect(words(finding)[0]).toBe(message.trim());
    expect(words(finding)[1]).toContain('containers[app].readinessProbe');
    expect(finding?.nextSteps.length).toBeGreaterThan(1);
  });

  it.each([
    'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax',
    'Readiness probe errored: rpc error: code = Unknown desc = command error: exec failed',
    '(combined from similar events): Readiness probe failed: HTTP probe failed with statuscode: 500',
  ])('is known in the words of every version: %s', (message) => {
    const found = analyze({ pods: [pod({ readinessProbe: READY }, RUNNING)], events: [unhealthy(message)] });
    expect(found[0]).toMatchObject({ cause: 'readiness-probe', confidence: 0.92 });
  });

  it('is known by what the detector saw where its events are gone', () => {
    const message = 'Container app runs but has not become ready since its start: its readiness probe fails';
    const [finding] = analyze({
      pods: [pod({ readinessProbe: READY }, RUNNING)],
      events: [{ reason: 'Unhealthy', source: 'tattle', message }],
    });
    expect(finding).toMatchObject({ cause: 'readiness-probe', confidence: 0.65 });
    expect(words(finding)).toContain(message);
  });
});

describe('a readiness probe that fails now and then', () => {
  it('is told with less certainty while it passes', () => {
    const [finding] = analyze({
      pods: [pod({ readinessProbe: READY }, RUNNING, { ready: true })],
      events: [unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503')],
    });
    expect(finding).toMatchObject({ cause: 'readiness-probe', confidence: 0.6 });
    expect(finding?.explanation).toContain('now and then');
  });
});

describe('a liveness probe that fails', () => {
  it('has killed a container that does not listen yet, with the arithmetic of its patience', () => {
    const refused = 'Liveness probe failed: dial tcp 10.88.0.10:9000: connect: connection refused';
    const [finding, ...others] = analyze({
      conditions: ['Unhealthy', 'CrashLoopBackOff'],
      pods: [
        pod({ livenessProbe: LIVE }, BACK_OFF, { restartCount: 5, lastState: ended(137) }, [
          'info: replaying 120000 messages, not listening yet',
        ]),
      ],
      events: [unhealthy(refused), killing()],
    });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'liveness-probe', confidence: 0.93 });
    expect(finding?.explanation).toContain('2 s + failureThreshold 2 × periodSeconds 3 s = 8 s');
    expect(words(finding)).toEqual([
      refused,
      'Container app failed liveness probe, will be restarted',
      expect.stringContaining('containers[app].livenessProbe'),
      'info: replaying 120000 messages, not listening yet',
    ]);
    expect(finding?.nextSteps[0]).toContain('startup probe');
    expect(finding?.commands).toContain('kubectl -n shop logs api-1 -c app --previous --tail=50');
  });

  it.each([
    ['ended at once by SIGTERM', ended(143), 0.93],
    ['obeyed and ended well', ended(0, 'Completed'), 0.93],
    ['ended with a code of its own within its grace', ended(2), 0.6],
  ])('has killed a container that %s', (_, lastState, confidence) => {
    const [finding] = analyze({
      pods: [pod({ livenessProbe: LIVE }, RUNNING, { restartCount: 2, lastState })],
      events: [unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'), killing()],
    });
    expect(finding).toMatchObject({ cause: 'liveness-probe', confidence });
  });

  it('wins over the readiness probe that fails with it', () => {
    const found = analyze({
      pods: [pod({ livenessProbe: LIVE, readinessProbe: READY }, RUNNING, { restartCount: 2, lastState: ended(137) })],
      events: [
        unhealthy('Readiness probe failed: dial tcp 10.88.0.10:8080: connect: connection refused'),
        unhealthy('Liveness probe failed: dial tcp 10.88.0.10:9000: connect: connection refused'),
        killing(),
      ],
    });
    expect(found.map(({ cause }) => cause)).toEqual(['liveness-probe']);
  });

  it('is told of the container that it killed, not of its neighbour', () => {
    const shape = pod({ livenessProbe: LIVE }, RUNNING, { restartCount: 1, lastState: ended(137) });
    const spec = {
      containers: [
        { name: 'proxy', livenessProbe: LIVE },
        { name: 'app', livenessProbe: LIVE },
      ],
    };
    const [finding] = analyze({
      pods: [{ ...shape, spec }],
      events: [unhealthy('Liveness probe failed: command timed out'), killing()],
    });
    expect(finding?.explanation).toContain('Container app is killed');
  });
});

describe('a startup probe that fails', () => {
  it('has killed a container', () => {
    const [finding] = analyze({
      pods: [
        pod({ startupProbe: { ...LIVE, failureThreshold: 30 } }, RUNNING, {
          started: false,
          restartCount: 2,
          lastState: ended(137),
        }),
      ],
      events: [
        unhealthy('Startup probe failed: dial tcp 10.88.0.10:9000: connect: connection refused'),
        killing('Container app failed startup probe, will be restarted'),
      ],
    });
    expect(finding).toMatchObject({ cause: 'startup-probe', confidence: 0.93 });
    expect(finding?.explanation).toContain('30 × periodSeconds 3 s = 92 s');
  });

  it('holds up a container that has not started', () => {
    const [finding] = analyze({
      pods: [pod({ startupProbe: LIVE }, RUNNING, { started: false })],
      events: [unhealthy('Startup probe failed: HTTP probe failed with statuscode: 404')],
    });
    expect(finding).toMatchObject({ cause: 'startup-probe', confidence: 0.85 });
  });
});

describe('the probe analyzer stays silent', () => {
  const refused = 'Readiness probe failed: dial tcp 10.88.0.10:8080: connect: connection refused';
  const dead = 'Liveness probe failed: dial tcp 10.88.0.10:9000: connect: connection refused';

  it.each<[string, CaseShape]>([
    [
      'for a container that ends by itself',
      {
        conditions: ['CrashLoopBackOff', 'Unhealthy'],
        pods: [pod({ livenessProbe: LIVE, readinessProbe: READY }, BACK_OFF, { restartCount: 4, lastState: ended(1) })],
        events: [unhealthy(refused), unhealthy(dead)],
      },
    ],
    [
      'for a container that runs for a moment between two crashes',
      {
        conditions: ['CrashLoopBackOff', 'Unhealthy'],
        pods: [pod({ readinessProbe: READY }, RUNNING, { restartCount: 4, lastState: ended(1) })],
        events: [unhealthy(refused)],
      },
    ],
    [
      'for a container killed for memory',
      {
        conditions: ['OOMKilled', 'Unhealthy'],
        pods: [pod({ livenessProbe: LIVE }, BACK_OFF, { restartCount: 4, lastState: ended(137, 'OOMKilled') })],
        events: [unhealthy(dead)],
      },
    ],
    [
      'for a hiccup at the start of what is ready now',
      {
        condition: 'FailedMount',
        pods: [pod({ readinessProbe: READY }, RUNNING, { ready: true })],
        events: [unhealthy(refused)],
      },
    ],
    [
      'for a slow start that its startup probe bore with',
      {
        condition: 'ProgressDeadlineExceeded',
        pods: [pod({ startupProbe: LIVE }, RUNNING, { ready: true })],
        events: [unhealthy('Startup probe failed: HTTP probe failed with statuscode: 503')],
      },
    ],
    [
      'for a probe of a container that is being stopped',
      {
        pods: [pod({ readinessProbe: READY }, RUNNING)],
        events: [
          unhealthy(
            'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = command error: cannot register an exec PID: container is stopping, stdout: , stderr: , exit code -1',
          ),
        ],
      },
    ],
    ['for nothing at all', {}],
  ])('%s', (_, shape) => {
    expect(analyze(shape)).toEqual([]);
  });
});

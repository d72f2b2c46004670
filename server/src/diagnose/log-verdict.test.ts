import { describe, expect, it } from 'vitest';
import { failedRuns } from './failed-runs.ts';
import { verdictOf } from './log-verdict.ts';
import { crashedPod } from './testing/crashed-pod.ts';

function verdict(lines: readonly string[]) {
  const run = failedRuns(crashedPod(lines))[0];
  return run === undefined ? null : verdictOf(run);
}

describe('verdictOf', () => {
  it.each([
    [
      'a fatal line before the noise of the end',
      [
        'FATAL DATABASE_URL is not set',
        'ERROR failed to flush telemetry: dial tcp 10.0.0.1:4317: connect: connection refused',
      ],
      'missing-configuration',
    ],
    [
      'an error after a warning',
      ['WARN redis not reachable: connect ECONNREFUSED 10.0.0.1:6379, cache disabled', 'Error: JWT_SECRET is required'],
      'missing-configuration',
    ],
    [
      'the error before an end that says nothing',
      ['ERROR cannot connect: dial tcp 10.0.0.1:5432: connect: connection refused', 'FATAL startup failed'],
      'dependency-unreachable',
    ],
    [
      'what wraps around another failure',
      ['failed to load config: Get "http://consul:8500/v1/kv": dial tcp: lookup consul on 10.96.0.10:53: no such host'],
      'dns-failure',
    ],
    [
      'the deepest of a chain',
      [
        'Exception in thread "main" java.lang.IllegalStateException: Could not connect to server',
        '\tat com.shop.Main.main(Main.java:9)',
        'Caused by: java.net.UnknownHostException: db.shop',
        '\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1)',
      ],
      'dns-failure',
    ],
    [
      'a panic that is not about the error before it',
      [
        'ERROR metrics: dial tcp 10.0.0.1:9090: connect: connection refused',
        'INFO serving',
        'INFO serving',
        'panic: runtime error: index out of range [3] with length 2',
        '',
        'goroutine 1 [running]:',
      ],
      'unhandled-exception',
    ],
    [
      'a JSON line of MongoDB',
      [
        '{"t":{"$date":"2026"},"s":"E","c":"CONTROL","msg":"DBException in initAndListen, terminating","attr":{"error":"/data/db: boost::filesystem::status: Permission denied"}}',
      ],
      'permission-denied',
    ],
  ])('takes %s', (_name, lines, cause) => {
    expect(verdict(lines)?.cause).toBe(cause);
  });

  it.each([
    ['nothing of weight', ['starting', 'Killed']],
    ['another architecture', ['exec /app/x: exec format error']],
    ['no lines', []],
  ])('has none for %s', (_name, lines) => {
    expect(verdict(lines)).toBeNull();
  });

  it('cites a long line where its decisive words are', () => {
    const line = `${'x '.repeat(20)}FATAL DATABASE_URL is not set ${'y'.repeat(60_000)}`;
    const [citation] = verdict([line])?.citations ?? [];
    expect(line).toContain(citation?.text);
    expect(citation?.text).toContain('DATABASE_URL is not set');
  });

  it('reads hostile lines in bounded time', () => {
    const hostile = [
      'a'.repeat(64_000),
      'a.'.repeat(30_000),
      '/a'.repeat(30_000),
      'A_'.repeat(900),
      `connection refused ${'a-'.repeat(900)}`,
      'x: '.repeat(20_000),
    ];
    const start = performance.now();
    for (const line of hostile) verdict(Array.from({ length: 20 }, () => line));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

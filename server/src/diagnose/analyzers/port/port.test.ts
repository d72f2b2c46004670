import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod } from '../../testing/crashed-pod.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { port } from './port.ts';

const ROWS: readonly (readonly [name: string, lines: readonly string[], says: string, cite: string])[] = [
  ['Node', ['Error: listen EADDRINUSE: address already in use :::8080'], 'port 8080', 'EADDRINUSE'],
  ['Go', ['2026/05/04 listen tcp :8080: bind: address already in use'], 'port 8080', 'bind: address already in use'],
  ['Python', ['OSError: [Errno 98] Address already in use'], 'the port', 'Errno 98'],
  [
    'gunicorn',
    [
      "[2026-05-04 02:59:01 +0000] [1] [ERROR] Connection in use: ('0.0.0.0', 8000)",
      "[ERROR] Can't connect to ('0.0.0.0', 8000): [Errno 98] Address already in use",
    ],
    'port 8000',
    'Errno 98',
  ],
  [
    'uvicorn',
    ["ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use"],
    'port 8000',
    'attempting to bind',
  ],
  [
    'Spring Boot',
    [
      'APPLICATION FAILED TO START',
      '',
      'Description:',
      '',
      'Web server failed to start. Port 8080 was already in use.',
    ],
    'port 8080',
    'Port 8080 was already in use',
  ],
  ['Netty', ['Caused by: java.net.BindException: Address already in use'], 'the port', 'BindException'],
  [
    'nginx',
    ['nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'],
    'port 80',
    'bind() to 0.0.0.0:80',
  ],
  [
    'Redis',
    [
      '1:M 04 May 2026 02:59:01.000 # Warning: Could not create server TCP listening socket *:6379: bind: Address already in use',
      '1:M 04 May 2026 02:59:01.000 # Failed listening on port 6379 (tcp), aborting.',
    ],
    'port 6379',
    '*:6379',
  ],
  [
    'PostgreSQL',
    [
      'LOG:  could not bind IPv4 address "0.0.0.0": Address already in use',
      'HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.',
      'FATAL:  could not create any TCP/IP sockets',
    ],
    'port 5432',
    'Address already in use',
  ],
  [
    'Kestrel',
    ['Unhandled exception. System.IO.IOException: Failed to bind to address http://[::]:8080: address already in use.'],
    'port 8080',
    'Failed to bind to address',
  ],
  ['Rust', ['Error: Os { code: 98, kind: AddrInUse, message: "Address already in use" }'], 'the port', 'AddrInUse'],
  ['Ruby', ['Address already in use - bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)'], 'port 3000', 'bind(2)'],
  [
    'Envoy',
    ["[critical][main] error initializing config: cannot bind '0.0.0.0:9901': Address already in use"],
    'port 9901',
    "cannot bind '0.0.0.0:9901'",
  ],
  [
    'Elixir',
    [
      '[error] Failed to start Ranch listener Web.Endpoint.HTTP in :ranch_tcp:listen([port: 4000]) for reason :eaddrinuse (address already in use)',
    ],
    'port 4000',
    ':eaddrinuse',
  ],
];

describe('port', () => {
  it.each(ROWS)('finds the port that is taken in the words of %s', (_name, lines, says, cite) => {
    const found = port.analyze(crashedPod(lines));
    expect(found.map(({ cause }) => cause)).toEqual(['port-in-use']);
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0]).join('\n')).toContain(cite);
  });

  it('names the other container of the pod that has the port', () => {
    const containers = [{ name: 'app' }, { name: 'proxy', ports: [{ containerPort: 8080 }] }];
    const found = port.analyze(
      crashedPod(['Error: listen EADDRINUSE: address already in use :::8080'], { pod: { containers } }),
    );
    expect(found[0]?.explanation).toContain('Container proxy of the same pod');
    expect(words(found[0])).toContain('containers[proxy].ports: [{"containerPort":8080}]');
  });

  it('points to the node where the pod uses its network', () => {
    const found = port.analyze(
      crashedPod(['listen tcp :9100: bind: address already in use'], { pod: { hostNetwork: true } }),
    );
    expect(found[0]?.explanation).toContain('hostNetwork');
  });

  it('finds a host port that the runtime could not map', () => {
    const message =
      'Error: failed to start container "app": Error response from daemon: Bind for 0.0.0.0:8080 failed: port is already allocated';
    expect(port.analyze(makeCase({ events: [{ reason: 'Failed', message }] }))[0]?.cause).toBe('port-in-use');
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(port.analyze(recoveredPod(['Error: listen EADDRINUSE: address already in use :::8080']))).toEqual([]);
  });

  it('stays silent for a port that was only tried', () => {
    expect(port.analyze(crashedPod(['INFO port 3000 is in use, trying 3001 instead', 'panic: boom']))).toEqual([]);
  });
});

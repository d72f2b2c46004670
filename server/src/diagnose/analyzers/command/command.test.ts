import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod } from '../../testing/crashed-pod.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { command } from './command.ts';

const RUNTIME: readonly (readonly [name: string, message: string, says: string])[] = [
  [
    'containerd and runc',
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/app/server": stat /app/server: no such file or directory: unknown',
    'no /app/server',
  ],
  [
    'runc and PATH',
    'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "gunicorn": executable file not found in $PATH: unknown',
    'no gunicorn',
  ],
  [
    'runc and permissions',
    'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "/entry.sh": permission denied: unknown',
    '/entry.sh may not be executed',
  ],
  [
    'crun',
    'container create failed: executable file `gunicorn` not found in $PATH: No such file or directory',
    'no gunicorn',
  ],
  ['crun and permissions', 'container create failed: open executable: Permission denied', 'may not be executed'],
  [
    'dockershim',
    'Error response from daemon: OCI runtime create failed: container_linux.go:349: starting container process caused "exec: \\"/run.sh\\": stat /run.sh: no such file or directory": unknown',
    'no /run.sh',
  ],
  [
    'a working directory',
    'OCI runtime create failed: runc create failed: unable to start container process: error during container init: chdir to cwd ("/srv") set in config.json failed: no such file or directory: unknown',
    'working directory /srv',
  ],
  ['no command at all', 'Error response from daemon: No command specified', 'which command to run'],
];

const LOGS: readonly (readonly [name: string, lines: readonly string[], says: string])[] = [
  ['sh', ['sh: 1: gunicorn: not found'], 'gunicorn'],
  ['busybox', ['/bin/sh: gunicorn: not found'], 'gunicorn'],
  ['bash', ['bash: line 1: serve: command not found'], 'serve'],
  ['an entrypoint', ['/docker-entrypoint.sh: line 12: exec: serve: not found'], 'serve'],
  ['a permission', ['/bin/sh: 1: ./entry.sh: Permission denied'], './entry.sh'],
  ['an interpreter that is not there', ['exec /app/start.sh: no such file or directory'], '/app/start.sh'],
  ['DOS line ends', ["/usr/bin/env: 'node\\r': No such file or directory"], 'node'],
  ['tini', ['[FATAL tini (7)] exec /app/run failed: No such file or directory'], '/app/run'],
  [
    'Node',
    [
      "Error: Cannot find module '/app/server.js'",
      '    at Module._resolveFilename (node:internal/modules/cjs/loader:1134:15)',
      "  code: 'MODULE_NOT_FOUND',",
      '  requireStack: []',
    ],
    '/app/server.js',
  ],
  [
    'Java',
    [
      'Error: Could not find or load main class com.shop.Main',
      'Caused by: java.lang.ClassNotFoundException: com.shop.Main',
    ],
    'com.shop.Main',
  ],
  ['a jar', ['Error: Unable to access jarfile app.jar'], 'app.jar'],
  ['Python', ["python: can't open file '/app/main.py': [Errno 2] No such file or directory"], '/app/main.py'],
  ['python -m', ['/usr/local/bin/python: No module named shop'], 'shop'],
  ['PHP', ['Could not open input file: artisan'], 'artisan'],
  ['npm', ['npm ERR! Missing script: "start"'], 'start'],
  ['newer npm', ['npm error Missing script: "start:prod"'], 'start:prod'],
  [
    '.NET',
    [
      'The command could not be loaded, possibly because:',
      '  * You intended to execute a .NET application:',
      "      The application 'Shop.dll' does not exist.",
    ],
    'not in the image',
  ],
  [
    'Next.js',
    [
      "Error: Could not find a production build in the '.next' directory. Try building your app with 'next build' before starting the production server.",
    ],
    'production build',
  ],
  [
    'a shared library',
    [
      '/app/server: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
    ],
    'libssl.so.1.1',
  ],
  [
    'musl',
    ['Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/server)'],
    'libstdc++.so.6',
  ],
  [
    'glibc',
    ["/app/server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/server)"],
    'GLIBC_2.34',
  ],
  ['pflag', ['Error: unknown flag: --listn', 'Usage:', '  app serve [flags]'], '--listn'],
  ['flag', ['flag provided but not defined: -listn', 'Usage of /app/server:'], '-listn'],
  ['argparse', ['main.py: error: unrecognized arguments: --listn'], '--listn'],
  ['clap', ["error: unexpected argument '--listn' found"], '--listn'],
  ['the JVM', ["Unrecognized VM option 'UseFoo'", 'Error: Could not create the Java Virtual Machine.'], 'option'],
  ['bundler', ['bundler: command not found: puma'], 'puma'],
];

describe('command', () => {
  it.each(RUNTIME)('finds what could not be started in the words of %s', (_name, message, says) => {
    const found = command.analyze(crashedPod([], { exitCode: 128, reason: 'StartError', message }));
    expect(found.map(({ cause }) => cause)).toEqual(['bad-command']);
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0])[0]).toContain(message.slice(0, 100));
  });

  it.each(LOGS)('finds what does not fit the image in the words of %s', (_name, lines, says) => {
    const found = command.analyze(crashedPod(lines, { exitCode: 127 }));
    expect(found.map(({ cause }) => cause)).toEqual(['bad-command']);
    expect(found[0]?.explanation).toContain(says);
    expect(lines.some((line) => words(found[0]).includes(line.trim()))).toBe(true);
  });

  it('cites the command beside the words of the runtime', () => {
    const message = 'OCI runtime create failed: exec: "serve": executable file not found in $PATH: unknown';
    const found = command.analyze(
      crashedPod([], { exitCode: 128, reason: 'StartError', message, container: { command: ['serve'] } }),
    );
    expect(words(found[0])).toContain('containers[app].command: ["serve"]');
  });

  it('reads the event where the status was not captured', () => {
    const message =
      'Error: failed to start container "app": OCI runtime create failed: exec: "serve": executable file not found in $PATH: unknown';
    const found = command.analyze(makeCase({ events: [{ reason: 'Failed', message }] }));
    expect(words(found[0])).toEqual([message]);
  });

  it.each([
    [126, 'may not be executed'],
    [127, 'was not found'],
  ])('reads exit code %i where nothing was logged', (exitCode, says) => {
    const found = command.analyze(crashedPod([], { exitCode }));
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0])).toContain(`containerStatuses[app].lastState.terminated.exitCode: ${exitCode}`);
  });

  it('finds a command that finishes instead of serving', () => {
    const found = command.analyze(crashedPod(['done'], { exitCode: 0 }));
    expect(found[0]?.explanation).toContain('finishes instead of serving');
  });

  it.each([
    ['another architecture', { exitCode: 128, reason: 'StartError', message: 'exec /app/server: exec format error' }],
    [
      'a mount that fails',
      {
        exitCode: 128,
        reason: 'StartError',
        message: 'OCI runtime create failed: error mounting "/x" to rootfs at "/etc/app": not a directory',
      },
    ],
    ['a plain failure', { exitCode: 1 }],
  ])('stays silent for %s', (_name, crash) => {
    expect(command.analyze(crashedPod([], crash))).toEqual([]);
  });

  it('stays silent for a job that finished', () => {
    const state = { terminated: { exitCode: 0, reason: 'Completed' } };
    const status = {
      phase: 'Succeeded',
      containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state, lastState: {} }],
    };
    expect(command.analyze(makeCase({ pods: [{ status }] }))).toEqual([]);
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(command.analyze(recoveredPod(['sh: 1: gunicorn: not found']))).toEqual([]);
  });
});

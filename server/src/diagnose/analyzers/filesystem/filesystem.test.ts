import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod } from '../../testing/crashed-pod.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { filesystem } from './filesystem.ts';

const FULL: readonly (readonly [name: string, line: string])[] = [
  ['PostgreSQL', 'PANIC:  could not write to file "pg_wal/xlogtemp.29": No space left on device'],
  ['Node', 'Error: ENOSPC: no space left on device, write'],
  ['Python', "OSError: [Errno 28] No space left on device: '/data/cache/x'"],
  ['Go', '2026/05/04 write /data/wal/000001: no space left on device'],
  ['Java', 'java.io.IOException: No space left on device'],
  [
    'MySQL',
    '2026-05-04T02:59:01Z 0 [ERROR] [MY-012814] [InnoDB] Write to file ./ibtmp1 failed at offset 0, OS error 28: No space left on device',
  ],
  ['SQLite', 'sqlite3.OperationalError: database or disk is full'],
  [
    'Redis',
    "ReplyError: MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
  ],
  [
    'Elasticsearch',
    '{"log.level":"ERROR","message":"disk usage exceeded flood-stage watermark, index has read-only-allow-delete block"}',
  ],
  ['a quota', "OSError: [Errno 122] Disk quota exceeded: '/data/x'"],
  ['.NET', "System.IO.IOException: There is not enough space on the disk. : '/data/x'"],
  [
    'Kafka',
    '[2026-05-04 02:59:01,000] ERROR Error while writing to checkpoint file /kafka/recovery-point (kafka.server.LogDirFailureChannel) java.io.IOException: No space left on device',
  ],
];

const READ_ONLY: readonly (readonly [name: string, line: string, path: string])[] = [
  ['Python', "OSError: [Errno 30] Read-only file system: '/app/cache'", '/app/cache'],
  ['Node', "Error: EROFS: read-only file system, open '/app/log.txt'", '/app/log.txt'],
  ['Go', '2026/05/04 open /app/data.db: read-only file system', '/app/data.db'],
  ['a shell', "mkdir: can't create directory '/app/tmp': Read-only file system", '/app/tmp'],
  [
    'nginx',
    'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
    '/var/cache/nginx/client_temp',
  ],
  ['Java', 'java.io.FileNotFoundException: /app/work/x.tmp (Read-only file system)', '/app/work/x.tmp'],
  ['Rust', 'Error: Os { code: 30, kind: ReadOnlyFilesystem, message: "Read-only file system" }', 'a file'],
];

describe('filesystem', () => {
  it.each(FULL)('finds a full disk in the words of %s', (_name, line) => {
    const found = filesystem.analyze(crashedPod(['starting', line]));
    expect(found.map(({ cause }) => cause)).toEqual(['disk-full']);
    expect(words(found[0])).toContain(line);
  });

  it('finds the claim that a server writes to, also where it names its files from there on', () => {
    const line = 'PANIC:  could not write to file "pg_wal/xlogtemp.29": No space left on device';
    const mounts = [
      { name: 'data', mountPath: '/var/lib/postgresql/data' },
      { name: 'tmp', mountPath: '/tmp' },
    ];
    const volumes = [
      { name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } },
      { name: 'tmp', emptyDir: {} },
    ];
    const [found] = filesystem.analyze(crashedPod([line], { container: { volumeMounts: mounts }, pod: { volumes } }));
    expect(found?.explanation).toContain('/var/lib/postgresql/data (PersistentVolumeClaim data-db-0) is full');
    expect(found?.nextSteps[0]).toContain('Enlarge PersistentVolumeClaim data-db-0');
    const [elsewhere] = filesystem.analyze(
      crashedPod(["OSError: [Errno 28] No space left on device: '/srv/x'"], {
        container: { volumeMounts: mounts },
        pod: { volumes },
      }),
    );
    expect(elsewhere?.explanation).toContain('the disk of /srv/x is full');
  });

  it.each(READ_ONLY)('finds a read-only file system in the words of %s', (_name, line, path) => {
    const found = filesystem.analyze(crashedPod(['starting', line]));
    expect(found.map(({ cause }) => cause)).toEqual(['read-only-filesystem']);
    expect(found[0]?.explanation).toContain(`may not write to ${path}`);
    expect(words(found[0])).toContain(line);
  });

  it('names the claim that is full', () => {
    const found = filesystem.analyze(
      crashedPod(["OSError: [Errno 28] No space left on device: '/data/cache/x'"], {
        container: { volumeMounts: [{ name: 'store', mountPath: '/data' }] },
        pod: { volumes: [{ name: 'store', persistentVolumeClaim: { claimName: 'cache-data' } }] },
      }),
    );
    expect(found[0]?.explanation).toContain('PersistentVolumeClaim cache-data');
    expect(found[0]?.commands).toContain('kubectl -n shop describe persistentvolumeclaim cache-data');
  });

  it('tells a read-only root from a read-only mount and from a broken disk', () => {
    const line = "Error: EROFS: read-only file system, open '/app/log.txt'";
    const of = (container: object) => filesystem.analyze(crashedPod([line], { container: { ...container } }))[0];
    const root = of({ securityContext: { readOnlyRootFilesystem: true } });
    expect(root?.explanation).toContain('readOnlyRootFilesystem');
    expect(words(root)).toContain('containers[app].securityContext.readOnlyRootFilesystem: true');
    expect(of({ volumeMounts: [{ name: 'code', mountPath: '/app', readOnly: true }] })?.explanation).toContain(
      'mounted readOnly at /app',
    );
    expect(of({})?.explanation).toContain('the disk of node node-1 has probably gone read-only');
  });

  it('finds a full disk of a node in the words of the kubelet', () => {
    const message =
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create containerd task: mkdir /run/containerd/x: no space left on device';
    expect(filesystem.analyze(makeCase({ events: [{ reason: 'FailedCreatePodSandBox', message }] }))[0]?.cause).toBe(
      'disk-full',
    );
  });

  it('finds what the node problem detector says', () => {
    const nodes = [{ conditions: [{ type: 'ReadonlyFilesystem', status: 'True' }] }];
    expect(filesystem.analyze(makeCase({ nodes }))[0]?.cause).toBe('read-only-filesystem');
  });

  it.each([
    ['file watchers that ran out', ["Error: ENOSPC: System limit for number of file watchers reached, watch '/app'"]],
    ['levels below a warning', ['INFO disk full policy: block', 'DEBUG ENOSPC handling on']],
  ])('stays silent for %s', (_name, lines) => {
    expect(filesystem.analyze(crashedPod(lines))).toEqual([]);
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(filesystem.analyze(recoveredPod(['PANIC: No space left on device']))).toEqual([]);
  });
});

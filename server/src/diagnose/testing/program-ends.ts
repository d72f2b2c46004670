/** What programs write when they end, in the words of their languages and servers. */
import type { CauseCode } from '../../model/diagnosis.ts';
import { PYTHON } from './whole-diagnosis.ts';

/** The cause, what must be among the cited words, and the log. */
export const PROGRAM_ENDS: readonly (readonly [CauseCode, string, readonly string[]])[] = [
  [
    'dependency-unreachable',
    'ECONNREFUSED 10.96.0.31:5432',
    [
      'node:internal/process/promises:394',
      '      triggerUncaughtException(err, true /* fromPromise */);',
      '      ^',
      '',
      'SequelizeConnectionRefusedError: connect ECONNREFUSED 10.96.0.31:5432',
      '    at Client._connectionCallback (/app/node_modules/sequelize/lib/dialects/postgres/connection-manager.js:133:24)',
      '  parent: Error: connect ECONNREFUSED 10.96.0.31:5432',
      'Node.js v22.4.0',
    ],
  ],
  [
    'dns-failure',
    'ENOTFOUND redis',
    [
      'Error: getaddrinfo ENOTFOUND redis',
      '    at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26) {',
      "  code: 'ENOTFOUND',",
      "  hostname: 'redis'",
      '}',
    ],
  ],
  [
    'dependency-unreachable',
    'Connection to db:5432 refused',
    [
      '2026-05-04 03:00:00.123 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed',
      '',
      "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'flyway'",
      '\tat org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory.initializeBean(AbstractAutowireCapableBeanFactory.java:1770)',
      'Caused by: org.flywaydb.core.internal.exception.FlywaySqlException: Unable to obtain connection from database',
      '\tat org.flywaydb.core.Flyway.migrate(Flyway.java:140)',
      'Caused by: org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
      '\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:342)',
      'Caused by: java.net.ConnectException: Connection refused',
      '\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
      '\t... 46 more',
    ],
  ],
  [
    'missing-configuration',
    "Parameter 'connectionString'",
    [
      "Unhandled exception. System.ArgumentNullException: Value cannot be null. (Parameter 'connectionString')",
      '   at Shop.Api.Program.Main(String[] args) in /src/Program.cs:line 22',
    ],
  ],
  [
    'missing-configuration',
    'SECRET_KEY_BASE',
    [
      '/app/config/environments/production.rb:12:in `fetch\': key not found: "SECRET_KEY_BASE" (KeyError)',
      "\tfrom /app/config/environments/production.rb:12:in `block in <top (required)>'",
    ],
  ],
  [
    'dns-failure',
    'host not found in upstream',
    [
      '2026/05/04 03:00:00 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
      'nginx: [emerg] host not found in upstream "api" in /etc/nginx/conf.d/default.conf:3',
    ],
  ],
  [
    'missing-configuration',
    'unknown directive',
    [
      '2026/05/04 03:00:00 [emerg] 1#1: unknown directive "servr" in /etc/nginx/nginx.conf:12',
      'nginx: [emerg] unknown directive "servr" in /etc/nginx/nginx.conf:12',
    ],
  ],
  [
    'permission-denied',
    'Permission denied',
    [
      '2026/05/04 03:00:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)',
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)',
    ],
  ],
  ['tls-failure', 'SSL is not enabled', ['2026/05/04 03:00:00 pq: SSL is not enabled on the server']],
  [
    'bad-command',
    'Cannot find module',
    [
      'node:internal/modules/cjs/loader:1228',
      '  throw err;',
      '  ^',
      '',
      "Error: Cannot find module '/app/server.js'",
      '    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15) {',
      "  code: 'MODULE_NOT_FOUND',",
      '  requireStack: []',
      '}',
      'Node.js v22.4.0',
    ],
  ],
  ['bad-command', 'not found', ['/entrypoint.sh: line 3: gunicorn: command not found']],
  ['bad-command', 'no such file or directory', ['exec /entrypoint.sh: no such file or directory']],
  [
    'missing-configuration',
    'vm.max_map_count',
    [
      'ERROR: [1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.',
      'bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]',
    ],
  ],
  [
    'unhandled-exception',
    'nil pointer',
    [
      'level=error msg="dial tcp 10.96.0.20:5432: connect: connection refused, retrying in 2s"',
      'level=error msg="dial tcp 10.96.0.20:5432: connect: connection refused, retrying in 2s"',
      'level=info msg="connected to database"',
      'level=info msg="serving on :8080"',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '',
      'goroutine 34 [running]:',
      'main.(*Server).handle(0x0)',
      '\t/src/server.go:88 +0x1d',
    ],
  ],
  [
    'port-in-use',
    'address already in use',
    [
      'ERROR could not send a metric: write: broken pipe',
      'ERROR could not send a metric: write: broken pipe',
      'FATAL listen tcp :8080: bind: address already in use',
    ],
  ],
  [
    'permission-denied',
    'permission denied',
    [
      'Error making API request.',
      '',
      'URL: PUT https://vault.infra:8200/v1/auth/kubernetes/login',
      'Code: 403. Errors:',
      '',
      '* permission denied',
    ],
  ],
  [
    'permission-denied',
    'cannot list resource',
    [
      'E0504 03:00:00.000001       1 reflector.go:147] k8s.io/client-go/informers/factory.go:150: Failed to watch *v1.Pod: failed to list *v1.Pod: pods is forbidden: User "system:serviceaccount:shop:api" cannot list resource "pods" in API group "" at the cluster scope',
      'F0504 03:00:30.000001       1 main.go:88] timed out waiting for caches to sync',
    ],
  ],
  [
    'unhandled-exception',
    'No such file or directory',
    [
      "thread 'main' panicked at src/main.rs:10:5:",
      'called `Result::unwrap()` on an `Err` value: Os { code: 2, kind: NotFound, message: "No such file or directory" }',
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
    ],
  ],
  [
    'authentication-failed',
    'WRONGPASS',
    [
      'ReplyError: WRONGPASS invalid username-password pair or user is disabled.',
      '    at parseError (/app/node_modules/redis-parser/lib/parser.js:179:12)',
    ],
  ],
  [
    'dependency-unreachable',
    'i/o timeout',
    [
      '{"level":"fatal","msg":"cannot start","error":"Get \\"https://auth.example:8443/.well-known/openid-configuration\\": dial tcp 203.0.113.9:8443: i/o timeout"}',
    ],
  ],
  [
    'missing-configuration',
    'no such file or directory',
    ['level=fatal msg="open /etc/app/config.yaml: no such file or directory"'],
  ],
  [
    'unhandled-exception',
    'TypeError',
    [
      '/app/dist/index.js:42',
      '    const total = order.items.length;',
      '                              ^',
      '',
      "TypeError: Cannot read properties of undefined (reading 'items')",
      '    at handle (/app/dist/index.js:42:31)',
      'Node.js v22.4.0',
    ],
  ],
  [
    'unhandled-exception',
    'ZeroDivisionError',
    [
      'ERROR:root:could not reach metrics-server:9090: connection refused',
      'INFO:root:serving',
      ...PYTHON,
      'ZeroDivisionError: division by zero',
    ],
  ],
  [
    'tls-failure',
    'certificate has expired',
    [
      'java.lang.RuntimeException: Unexpected error',
      'Caused by: javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
      'Caused by: java.security.cert.CertificateExpiredException: NotAfter: Sat May 02 00:00:00 UTC 2026 certificate has expired',
    ],
  ],
  [
    'disk-full',
    'No space left on device',
    [
      '2026-05-04 03:00:00.000 UTC [1] PANIC:  could not write to file "pg_wal/xlogtemp.29": No space left on device',
      '2026-05-04 03:00:00.010 UTC [1] LOG:  startup process was terminated by signal 6: Aborted',
      '2026-05-04 03:00:00.011 UTC [1] LOG:  aborting startup due to startup process failure',
    ],
  ],
  [
    'permission-denied',
    'Permission denied',
    ['initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Permission denied'],
  ],
  [
    'missing-configuration',
    'superuser password is not specified',
    [
      'Error: Database is uninitialized and superuser password is not specified.',
      '       You must specify POSTGRES_PASSWORD to a non-empty value for the',
      '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
    ],
  ],
];

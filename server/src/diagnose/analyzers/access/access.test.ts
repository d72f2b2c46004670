import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod } from '../../testing/crashed-pod.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { access } from './access.ts';

type Row = readonly [name: string, line: string, says: string];

const REFUSED: readonly Row[] = [
  [
    'PostgreSQL',
    'psycopg2.OperationalError: connection to server at "db" (10.0.0.5), port 5432 failed: FATAL:  password authentication failed for user "shop"',
    'as shop was refused by db:5432',
  ],
  ['pq', '2026/05/04 pq: password authentication failed for user "shop"', 'as shop'],
  [
    'pg_hba.conf',
    'error: no pg_hba.conf entry for host "10.0.0.9", user "shop", database "shop", no encryption',
    'login',
  ],
  ['MySQL', "ERROR 1045 (28000): Access denied for user 'shop'@'10.244.0.9' (using password: YES)", 'as shop'],
  ['MongoDB', 'MongoServerError: Authentication failed.', 'refused'],
  [
    'Redis',
    'redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled.',
    'refused',
  ],
  ['Redis without a password', '(error) ReplyError: NOAUTH Authentication required.', 'refused'],
  [
    'Kafka',
    'org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password',
    'refused',
  ],
  [
    'librdkafka',
    '%3|1714|FAIL|c#1| sasl_ssl://kafka:9093/bootstrap: SASL authentication error: SASL authentication failed',
    'refused',
  ],
  [
    'RabbitMQ',
    'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
    'refused',
  ],
  ['SQL Server', "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'sa'.", 'as sa'],
  ['Oracle', 'ORA-01017: invalid username/password; logon denied', 'login'],
  [
    'Prisma',
    'P1000: Authentication failed against database server at `db`, the provided database credentials for `shop` are not valid.',
    'as shop',
  ],
  ['Elasticsearch', 'security_exception: unable to authenticate user [elastic] for REST request [/]', 'as elastic'],
  [
    'AWS keys',
    'botocore.exceptions.ClientError: An error occurred (InvalidAccessKeyId) when calling the PutObject operation',
    'cloud credentials',
  ],
  ['AWS without keys', 'botocore.exceptions.NoCredentialsError: Unable to locate credentials', 'cloud credentials'],
  ['an expired AWS token', 'ExpiredToken: The security token included in the request is expired', 'have expired'],
  [
    'Google Cloud',
    'google.auth.exceptions.DefaultCredentialsError: Your default credentials were not found.',
    'cloud credentials',
  ],
  ['gRPC', 'rpc error: code = Unauthenticated desc = invalid token', 'credentials'],
  ['HTTP 401', 'requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.shop/v1', '401'],
  ['axios', 'AxiosError: Request failed with status code 401', '401'],
  ['an API key', 'openai.AuthenticationError: Error code: 401 - Incorrect API key provided: sk-1', 'refused'],
  ['LDAP', 'LDAPException: LDAP: error code 49 - 80090308: LdapErr: DSID-0C09042A, data 52e', 'refused'],
  ['a JWT', 'JsonWebTokenError: jwt expired', 'expired'],
];

const DENIED: readonly Row[] = [
  ['an upload', 'error: upload to bucket reports-eu failed: 403 AccessDenied', 'reports-eu'],
  [
    'S3',
    'botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
    'not allowed',
  ],
  [
    'IAM',
    'AccessDeniedException: User: arn:aws:sts::1:assumed-role/app/x is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu:1:secret:db',
    'secretsmanager:GetSecretValue',
  ],
  [
    'Google Cloud Storage',
    'Error: app@p.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object.',
    'storage.objects.create',
  ],
  ['gRPC', 'rpc error: code = PermissionDenied desc = caller lacks role', 'not allowed'],
  [
    'RBAC',
    'E0504 02:59:01.000000 1 reflector.go:147] failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:shop:default" cannot list resource "secrets" in API group "" at the cluster scope',
    'system:serviceaccount:shop:default',
  ],
  ['a table', 'ERROR:  permission denied for table orders', 'table orders'],
  ['a MySQL database', "ERROR 1044 (42000): Access denied for user 'shop'@'%' to database 'orders'", 'orders'],
  [
    'a Kafka topic',
    'org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [orders]',
    'orders',
  ],
  ['Redis', "ReplyError: NOPERM User default has no permissions to run the 'config' command", 'not allowed'],
  [
    'Vault',
    'Error making API request. URL: GET https://vault:8200/v1/x Code: 403. Errors: * permission denied',
    'not allowed',
  ],
  ['Node', "Error: EACCES: permission denied, open '/data/app.log'", '/data/app.log'],
  ['Python', "PermissionError: [Errno 13] Permission denied: '/data/app.db'", '/data/app.db'],
  ['Go', '2026/05/04 open /data/app.db: permission denied', '/data/app.db'],
  ['Java', 'java.nio.file.AccessDeniedException: /data/index', '/data/index'],
  ['.NET', "System.UnauthorizedAccessException: Access to the path '/data/keys' is denied.", '/data/keys'],
  [
    'nginx',
    'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)',
    '/var/cache/nginx/client_temp',
  ],
  ['nginx on port 80', 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)', 'port 80'],
  ['Node on port 80', 'Error: listen EACCES: permission denied 0.0.0.0:80', 'port 80'],
  ['Go on port 443', 'listen tcp :443: bind: permission denied', 'port 443'],
  [
    'chown',
    "chown: changing ownership of '/var/lib/postgresql/data': Operation not permitted",
    '/var/lib/postgresql/data',
  ],
  [
    'PostgreSQL',
    'FATAL:  could not open file "/var/lib/postgresql/data/pgdata/PG_VERSION": Permission denied',
    'PG_VERSION',
  ],
  [
    'Elasticsearch',
    'java.lang.IllegalStateException: failed to obtain node locks, tried [/usr/share/elasticsearch/data]: AccessDeniedException[/usr/share/elasticsearch/data/node.lock]',
    'elasticsearch/data',
  ],
];

describe('access', () => {
  it.each(REFUSED)('finds a refused login in the words of %s', (_name, line, says) => {
    const found = access.analyze(crashedPod(['info: starting', line]));
    expect(found.map(({ cause }) => cause)).toEqual(['authentication-failed']);
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0])).toContain(line);
  });

  it.each(DENIED)('finds what is not allowed in the words of %s', (_name, line, says) => {
    const found = access.analyze(crashedPod(['info: starting', line]));
    expect(found.map(({ cause }) => cause)).toEqual(['permission-denied']);
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0])).toContain(line);
    expect(found[0]?.confidence).toBeGreaterThan(0.8);
  });

  it('reads the log of a pod of a failed job', () => {
    const line = 'error: upload to bucket reports-eu failed: 403 AccessDenied';
    const state = { terminated: { exitCode: 3, reason: 'Error', startedAt: '2026-05-04T02:59:00Z' } };
    const status = {
      phase: 'Failed',
      containerStatuses: [{ name: 'export', ready: false, restartCount: 0, state, lastState: {} }],
    };
    const root = { kind: 'Job', name: 'nightly' };
    const found = access.analyze(
      makeCase({ condition: 'BackoffLimitExceeded', root, pods: [{ status, logs: { export: [line] } }] }),
    );
    expect(words(found[0])).toContain(line);
  });

  it('names the user that the pod sets', () => {
    const found = access.analyze(
      crashedPod(["Error: EACCES: permission denied, open '/data/app.log'"], {
        pod: { securityContext: { runAsUser: 1000 } },
      }),
    );
    expect(found[0]?.explanation).toContain('runAsUser 1000');
    expect(words(found[0])).toContain('securityContext: {"runAsUser":1000}');
  });

  it('finds an image that would run as root', () => {
    const message = 'container has runAsNonRoot and image will run as root (pod: "api-1_shop(1)", container: app)';
    const found = access.analyze(
      crashedPod([], {
        state: { waiting: { reason: 'CreateContainerConfigError', message } },
        lastState: {},
        restartCount: 0,
      }),
    );
    expect(found[0]?.cause).toBe('permission-denied');
    expect(words(found[0])[0]).toContain(message);
  });

  it('finds what a controller may not do in its events', () => {
    const message =
      'pods "x" is forbidden: User "system:serviceaccount:shop:operator" cannot create resource "pods" in API group "" in the namespace "shop"';
    expect(access.analyze(makeCase({ events: [{ reason: 'ReconcileError', message }] }))[0]?.cause).toBe(
      'permission-denied',
    );
  });

  it.each([
    [
      'access logs',
      [
        '10.0.0.1 - - [04/May/2026:02:59:01 +0000] "GET /admin HTTP/1.1" 403 12 "-" "curl/8"',
        '{"level":"info","method":"GET","path":"/a","status":401,"msg":"request"}',
      ],
    ],
    [
      'a login that a server refused to its client',
      ['2026-05-04 02:59:01.000 UTC [77] FATAL:  password authentication failed for user "guest"'],
    ],
    ['words of no weight', ['INFO 0 errors, authentication failed: 0', 'DEBUG error_page 403 /denied.html']],
  ])('stays silent for %s', (_name, lines) => {
    expect(access.analyze(crashedPod(lines))).toEqual([]);
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(access.analyze(recoveredPod(['FATAL: password authentication failed for user "shop"']))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod, unreadyPod } from '../../testing/crashed-pod.ts';
import { makeCase, words } from '../../testing/make-case.ts';
import { dependency } from './dependency.ts';

/** What wrote it; the lines; the host and port as named; a cited string. */
type Row = readonly [name: string, lines: readonly string[], host: string, port: number | null, cite: string];

const UNREACHABLE: readonly Row[] = [
  [
    'redis-py',
    ['starting', 'redis.exceptions.ConnectionError: Error 111 connecting to cache.feed:6379. Connection refused.'],
    'cache.feed',
    6379,
    'Error 111 connecting to cache.feed:6379',
  ],
  [
    'Go',
    ['2026/05/04 02:59:01 dial tcp 10.0.0.1:5432: connect: connection refused'],
    '10.0.0.1',
    5432,
    'connection refused',
  ],
  [
    'a Go service with zap',
    [
      '{"level":"info","ts":1714,"msg":"starting"}',
      '{"level":"fatal","ts":1714,"caller":"app/main.go:31","msg":"cannot open database","error":"dial tcp 10.96.12.4:5432: connect: connection refused","stacktrace":"main.main\\n\\t/src/app/main.go:31\\nruntime.main\\n\\t/usr/local/go/src/runtime/proc.go:267"}',
    ],
    '10.96.12.4',
    5432,
    'dial tcp 10.96.12.4:5432',
  ],
  [
    'logrus',
    ['time="2026-05-04T02:59:01Z" level=fatal msg="failed to ping" error="dial tcp 10.0.0.9:27017: i/o timeout"'],
    '10.0.0.9',
    27017,
    'i/o timeout',
  ],
  [
    'pgx',
    [
      'panic: failed to connect to `host=db.shop user=app database=app`: dial error (dial tcp 10.0.0.5:5432: connect: connection refused)',
      '',
      'goroutine 1 [running]:',
      'main.main()',
      '\t/app/main.go:22 +0x1d',
    ],
    '10.0.0.5',
    5432,
    'failed to connect to `host=db.shop',
  ],
  [
    'Node',
    [
      'Error: connect ECONNREFUSED 10.1.2.3:5432',
      '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16) {',
      '  errno: -111,',
      "  code: 'ECONNREFUSED',",
      "  syscall: 'connect',",
      "  address: '10.1.2.3',",
      '  port: 5432',
      '}',
      '',
      'Node.js v20.11.0',
    ],
    '10.1.2.3',
    5432,
    'ECONNREFUSED 10.1.2.3:5432',
  ],
  [
    'Node over IPv6',
    [
      '[ioredis] Unhandled error event: Error: connect ECONNREFUSED ::1:6379',
      '    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)',
    ],
    '::1',
    6379,
    'ECONNREFUSED ::1:6379',
  ],
  [
    'pino',
    [
      '{"level":50,"time":1714,"pid":1,"hostname":"api-1","err":{"type":"Error","message":"connect ETIMEDOUT 10.3.4.5:443","stack":"Error: connect ETIMEDOUT 10.3.4.5:443\\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)","code":"ETIMEDOUT","port":443},"msg":"boot failed"}',
    ],
    '10.3.4.5',
    443,
    'ETIMEDOUT 10.3.4.5:443',
  ],
  [
    'psycopg',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 12, in <module>',
      '    conn = psycopg2.connect(DSN)',
      '  File "/usr/local/lib/python3.12/site-packages/psycopg2/__init__.py", line 122, in connect',
      '    conn = _connect(dsn, connection_factory=connection_factory, **kwasync)',
      'psycopg2.OperationalError: connection to server at "db" (10.96.3.4), port 5432 failed: Connection refused',
      '\tIs the server running on that host and accepting TCP/IP connections?',
    ],
    'db',
    5432,
    'port 5432 failed: Connection refused',
  ],
  [
    'libpq before 14',
    [
      'psql: error: could not connect to server: Connection refused',
      '\tIs the server running on host "postgres" (10.96.3.4) and accepting',
      '\tTCP/IP connections on port 5432?',
    ],
    'postgres',
    5432,
    'could not connect to server',
  ],
  [
    'PostgreSQL JDBC under Spring',
    [
      '2026-05-04T02:59:01.123Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed',
      '',
      "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory' defined in class path resource [HibernateJpaConfiguration.class]: Unable to open JDBC Connection",
      '\tat org.springframework.beans.factory.support.AbstractAutowireCapableBeanFactory.initializeBean(AbstractAutowireCapableBeanFactory.java:1786)',
      'Caused by: org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
      '\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:342)',
      '\t... 16 common frames omitted',
    ],
    'db',
    5432,
    'Connection to db:5432 refused',
  ],
  [
    'MySQL connector for Java',
    [
      'INFO jdbc url jdbc:mysql://mysql.shop:3306/shop',
      'Exception in thread "main" com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
      '',
      'The last packet sent successfully to the server was 0 milliseconds ago.',
      '\tat com.mysql.cj.jdbc.ConnectionImpl.createNewIO(ConnectionImpl.java:828)',
    ],
    'mysql.shop',
    3306,
    'Communications link failure',
  ],
  [
    'mysqlclient',
    ["MySQLdb.OperationalError: (2002, \"Can't connect to MySQL server on 'mysql' (115)\")"],
    'mysql',
    null,
    "Can't connect to MySQL server on 'mysql'",
  ],
  [
    'PyMySQL',
    [
      "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'mysql.shop' ([Errno 111] Connection refused)\")",
    ],
    'mysql.shop',
    null,
    'Errno 111',
  ],
  [
    'requests',
    [
      "requests.exceptions.ConnectionError: HTTPConnectionPool(host='users.shop', port=8080): Max retries exceeded with url: /me (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
    ],
    'users.shop',
    8080,
    "host='users.shop'",
  ],
  [
    'requests and a 503',
    ['requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://users.shop:8080/me'],
    'users.shop',
    8080,
    '503 Server Error',
  ],
  [
    'axios',
    [
      'AxiosError: Request failed with status code 502',
      '    at settle (/app/node_modules/axios/lib/core/settle.js:19:12)',
      "    url: 'http://pricing:3000/v1'",
    ],
    'pricing',
    3000,
    'status code 502',
  ],
  [
    'pymongo',
    [
      'pymongo.errors.ServerSelectionTimeoutError: mongo.shop:27017: [Errno 111] Connection refused (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s',
    ],
    'mongo.shop',
    27017,
    'mongo.shop:27017',
  ],
  [
    'the MongoDB driver for Node',
    [
      'MongoServerSelectionError: connect ECONNREFUSED 10.0.0.8:27017',
      '    at Topology.selectServer (/app/node_modules/mongodb/lib/sdam/topology.js:303:38)',
    ],
    '10.0.0.8',
    27017,
    'MongoServerSelectionError',
  ],
  [
    'the Kafka client for Java',
    [
      '[2026-05-04 02:59:01,000] WARN [Producer clientId=p1] Connection to node -1 (kafka/10.0.0.1:9092) could not be established. Node may not be available. (org.apache.kafka.clients.NetworkClient)',
      '[2026-05-04 02:59:31,000] WARN [Producer clientId=p1] Connection to node -1 (kafka/10.0.0.1:9092) could not be established. Broker may not be available. (org.apache.kafka.clients.NetworkClient)',
    ],
    'kafka',
    9092,
    'Broker may not be available',
  ],
  [
    'librdkafka',
    [
      '%3|1714.1|FAIL|rdkafka#producer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 1ms in state CONNECT)',
    ],
    'kafka',
    9092,
    'Connect to ipv4#10.0.0.1:9092',
  ],
  ['kafka-python', ['kafka.errors.NoBrokersAvailable: NoBrokersAvailable'], '', null, 'NoBrokersAvailable'],
  [
    'celery',
    [
      '[2026-05-04 02:59:01,000: ERROR/MainProcess] consumer: Cannot connect to amqp://guest:**@rabbit:5672//: [Errno 111] Connection refused.',
    ],
    'rabbit',
    5672,
    'Cannot connect to amqp',
  ],
  [
    '.NET with Npgsql',
    [
      'Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.7:5432',
      ' ---> System.Net.Sockets.SocketException (111): Connection refused',
      '   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)',
      '   at Shop.Program.Main(String[] args) in /src/Program.cs:line 12',
    ],
    '10.0.0.7',
    5432,
    'Failed to connect to 10.0.0.7:5432',
  ],
  [
    '.NET HttpClient',
    [
      'System.Net.Http.HttpRequestException: Connection refused (users:8080)',
      ' ---> System.Net.Sockets.SocketException (111): Connection refused',
    ],
    'users',
    8080,
    'Connection refused',
  ],
  [
    'SQL Server',
    [
      'Unhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): A network-related or instance-specific error occurred while establishing a connection to SQL Server. The server was not found or was not accessible.',
    ],
    '',
    null,
    'establishing a connection to SQL Server',
  ],
  [
    'Rust',
    ['Error: error trying to connect: tcp connect error: Connection refused (os error 111)'],
    '',
    null,
    'os error 111',
  ],
  [
    'sqlx',
    [
      "thread 'main' panicked at src/main.rs:21:10:",
      'called `Result::unwrap()` on an `Err` value: Io(Os { code: 111, kind: ConnectionRefused, message: "Connection refused" })',
    ],
    '',
    null,
    'ConnectionRefused',
  ],
  [
    'Ruby',
    [
      '/usr/local/bundle/gems/redis-client-0.22.0/lib/redis_client/ruby_connection.rb:104:in `initialize\': Connection refused - connect(2) for "redis" port 6379 (RedisClient::CannotConnectError)',
    ],
    'redis',
    6379,
    'Connection refused - connect(2)',
  ],
  [
    'Laravel',
    [
      '[2026-05-04 02:59:01] production.ERROR: SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, SQL: select * from `users`) {"exception":"[object] (Illuminate\\\\Database\\\\QueryException(code: 2002)"}',
    ],
    '',
    null,
    'SQLSTATE[HY000] [2002]',
  ],
  [
    'Elixir',
    [
      '02:59:01.000 [error] Postgrex.Protocol (#PID<0.300.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (db:5432): connection refused - :econnrefused',
    ],
    'db',
    5432,
    ':econnrefused',
  ],
  [
    'Prisma',
    ["PrismaClientInitializationError: Can't reach database server at `db`:`5432`"],
    'db',
    5432,
    "Can't reach database server",
  ],
  [
    'curl',
    ["curl: (7) Failed to connect to api.shop port 8080 after 2 ms: Couldn't connect to server"],
    'api.shop',
    8080,
    'curl: (7)',
  ],
  ['nc', ['nc: connect to db port 5432 (tcp) failed: Connection refused'], 'db', 5432, 'nc: connect'],
  [
    'wait-for-it',
    [
      'wait-for-it.sh: waiting 15 seconds for db:5432',
      'wait-for-it.sh: timeout occurred after waiting 15 seconds for db:5432',
    ],
    'db',
    5432,
    'timeout occurred',
  ],
  ['pg_isready', ['db:5432 - no response'], 'db', 5432, 'no response'],
  [
    'gRPC',
    [
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.4:50051: connect: connection refused"',
    ],
    '10.0.0.4',
    50051,
    'code = Unavailable',
  ],
  [
    'a Kubernetes client',
    [
      'E0504 02:59:01.000000       1 main.go:40] Failed to list: Get "https://10.96.0.1:443/api/v1/pods": dial tcp 10.96.0.1:443: i/o timeout',
    ],
    '10.96.0.1',
    443,
    'i/o timeout',
  ],
  ['an Oracle client', ['ORA-12541: TNS:no listener'], '', null, 'ORA-12541'],
  [
    'Netty',
    [
      'io.netty.channel.AbstractChannel$AnnotatedConnectException: finishConnect(..) failed: Connection refused: catalog.shop.svc.cluster.local/10.0.0.6:8081',
    ],
    'catalog.shop.svc.cluster.local',
    8081,
    'finishConnect',
  ],
  [
    'OkHttp',
    ['java.net.ConnectException: Failed to connect to users/10.0.0.6:8080'],
    'users',
    8080,
    'ConnectException',
  ],
  [
    'StackExchange.Redis',
    [
      'StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). Error connecting right now. UnableToConnect on redis:6379/Interactive',
    ],
    'redis',
    6379,
    'RedisConnectionException',
  ],
  [
    'a reset',
    ['ERROR worker: read tcp 10.0.0.5:43210->10.0.0.9:5432: read: connection reset by peer'],
    '10.0.0.9',
    5432,
    'reset by peer',
  ],
  [
    'Jedis',
    [
      'Caused by: redis.clients.jedis.exceptions.JedisConnectionException: Failed to connect to redis:6379',
      'Caused by: java.net.SocketTimeoutException: Connect timed out',
    ],
    'redis',
    6379,
    'Failed to connect to redis:6379',
  ],
  [
    'Elasticsearch for Python',
    [
      'elastic_transport.ConnectionError: Connection error caused by: ConnectionError(Connection error caused by: NewConnectionError(<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 113] No route to host))',
    ],
    '',
    null,
    'No route to host',
  ],
];

const UNRESOLVED: readonly Row[] = [
  ['Go', ['dial tcp: lookup db.shop on 10.96.0.10:53: no such host'], 'db.shop', null, 'no such host'],
  [
    'Go without a DNS server',
    ['2026/05/04 dial tcp: lookup db.shop on 10.96.0.10:53: read udp 10.244.0.7:3333->10.96.0.10:53: i/o timeout'],
    'db.shop',
    null,
    'lookup db.shop',
  ],
  [
    'Node',
    [
      'Error: getaddrinfo ENOTFOUND redis.cache',
      '    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:109:26)',
    ],
    'redis.cache',
    null,
    'ENOTFOUND redis.cache',
  ],
  ['Node with EAI_AGAIN', ['Error: getaddrinfo EAI_AGAIN postgres'], 'postgres', null, 'EAI_AGAIN postgres'],
  [
    'libpq',
    ['psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known'],
    'db',
    null,
    'could not translate host name',
  ],
  [
    'redis-py',
    ['redis.exceptions.ConnectionError: Error -2 connecting to cache:6379. Name or service not known.'],
    'cache',
    6379,
    'Error -2',
  ],
  [
    'Java',
    [
      'Exception in thread "main" java.lang.RuntimeException: boot',
      '\tat com.shop.Main.main(Main.java:9)',
      'Caused by: java.net.UnknownHostException: db.shop: Name or service not known',
      '\tat java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)',
    ],
    'db.shop',
    null,
    'UnknownHostException: db.shop',
  ],
  ['curl', ['curl: (6) Could not resolve host: api.shop'], 'api.shop', null, 'curl: (6)'],
  ['busybox', ["wget: bad address 'api.shop:80'"], 'api.shop', 80, 'bad address'],
  [
    'nginx',
    ['2026/05/04 02:59:01 [emerg] 1#1: host not found in upstream "backend" in /etc/nginx/conf.d/default.conf:4'],
    'backend',
    null,
    'host not found in upstream',
  ],
  [
    'PHP',
    [
      'PHP Warning:  x',
      'SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for mysql failed: Temporary failure in name resolution',
    ],
    '',
    null,
    'php_network_getaddresses',
  ],
  [
    'Elixir',
    [
      '[error] Postgrex.Protocol failed to connect: ** (DBConnection.ConnectionError) tcp connect (db:5432): non-existing domain - :nxdomain',
    ],
    'db',
    5432,
    ':nxdomain',
  ],
  [
    'urllib3',
    [
      "urllib3.exceptions.MaxRetryError: HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded with url: / (Caused by NameResolutionError(\"<urllib3.connection.HTTPSConnection object>: Failed to resolve 'api.example.com' ([Errno -3] Temporary failure in name resolution)\"))",
    ],
    'api.example.com',
    443,
    'Failed to resolve',
  ],
  [
    'Rust',
    ['Error: failed to lookup address information: Name or service not known'],
    '',
    null,
    'failed to lookup address',
  ],
  [
    '.NET',
    ['Unhandled exception. System.Net.Http.HttpRequestException: Name or service not known (users:8080)'],
    'users',
    8080,
    'Name or service not known',
  ],
];

const UNTRUSTED: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'Go',
    [
      'Get "https://vault.infra:8200/v1/sys/health": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    'vault.infra',
    'unknown authority',
  ],
  [
    'Go, expired',
    [
      'FATAL x509: certificate has expired or is not yet valid: current time 2026-05-04T02:59:01Z is after 2026-05-01T00:00:00Z',
    ],
    'expired',
    'has expired',
  ],
  [
    'Go, other name',
    ['level=error msg="x509: certificate is valid for a.shop, not b.shop"'],
    'a.shop, not b.shop',
    'valid for a.shop',
  ],
  [
    'Java',
    [
      'Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    ],
    'signed by nobody',
    'PKIX path building failed',
  ],
  [
    'Python',
    [
      "requests.exceptions.SSLError: HTTPSConnectionPool(host='api.shop', port=443): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)')))",
    ],
    'api.shop',
    'CERTIFICATE_VERIFY_FAILED',
  ],
  [
    'Node',
    ['Error: unable to verify the first certificate', "  code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'"],
    'signed by nobody',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  [
    'Node, plain port',
    [
      'Error: write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl/record/ssl3_record.c:332:',
    ],
    'speaks TLS',
    'wrong version number',
  ],
  [
    'nginx',
    [
      'nginx: [emerg] SSL_CTX_use_PrivateKey("/etc/tls/tls.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)',
    ],
    'own certificate',
    'key values mismatch',
  ],
  [
    'pg',
    [
      'Error: The server does not support SSL connections',
      '    at Socket.<anonymous> (/app/node_modules/pg/lib/connection.js:76:37)',
    ],
    'speaks TLS',
    'does not support SSL',
  ],
  ['rustls', ['Error: invalid peer certificate: UnknownIssuer'], 'signed by nobody', 'UnknownIssuer'],
  [
    '.NET',
    [
      '---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot',
    ],
    'signed by nobody',
    'UntrustedRoot',
  ],
];

describe('dependency', () => {
  it.each(UNREACHABLE)('finds what does not answer in the words of %s', (_name, lines, host, port, cite) => {
    const found = dependency.analyze(crashedPod(lines));
    expect(found.map(({ cause }) => cause)).toEqual(['dependency-unreachable']);
    expect(found[0]?.dependency).toEqual(host === '' ? undefined : { host, port });
    expect(words(found[0]).join('\n')).toContain(cite);
    expect(found[0]?.confidence).toBeGreaterThan(0.6);
  });

  it.each(UNRESOLVED)('finds names that do not resolve in the words of %s', (_name, lines, host, port, cite) => {
    const found = dependency.analyze(crashedPod(lines));
    expect(found.map(({ cause }) => cause)).toEqual(['dns-failure']);
    if (host !== '') expect(found[0]?.dependency).toEqual({ host, port });
    expect(words(found[0]).join('\n')).toContain(cite);
  });

  it.each(UNTRUSTED)('finds TLS that fails in the words of %s', (_name, lines, says, cite) => {
    const found = dependency.analyze(crashedPod(lines));
    expect(found.map(({ cause }) => cause)).toEqual(['tls-failure']);
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0]).join('\n')).toContain(cite);
  });

  it('names the Service in its own namespace and the pods that say the same', () => {
    const line = 'redis.exceptions.ConnectionError: Error 111 connecting to cache.feed:6379. Connection refused.';
    const status = (exitCode: number) => ({
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          ready: false,
          restartCount: 2,
          state: { terminated: { exitCode, reason: 'Error' } },
          lastState: {},
        },
      ],
    });
    const pods = [1, 2].map((number) => ({
      name: `api-${number}`,
      status: status(1),
      logs: { app: ['starting', line] },
    }));
    const found = dependency.analyze(makeCase({ pods }));
    expect(found[0]?.explanation).toContain('in 2 pods');
    expect(found[0]?.commands).toContain('kubectl -n feed get service,endpoints cache');
  });

  it('finds a database that is away while the container is not ready', () => {
    const lines = Array.from({ length: 5 }, () => 'ERROR pool: connect ECONNREFUSED 10.0.0.9:5432');
    const found = dependency.analyze(unreadyPod(lines));
    expect(found[0]?.dependency).toEqual({ host: '10.0.0.9', port: 5432 });
    expect(found[0]?.confidence).toBeLessThan(0.85);
  });

  it('reads coloured lines and cites them as they stand', () => {
    const line = '\u001b[31mERROR\u001b[0m connect ECONNREFUSED \u001b[1m10.0.0.9:5432\u001b[0m';
    expect(words(dependency.analyze(crashedPod([line]))[0])).toContain(line);
  });

  it('reads the termination message where there is no log', () => {
    const found = dependency.analyze(
      crashedPod([], { message: 'boot\ndial tcp 10.0.0.1:5432: connect: connection refused\n' }),
    );
    expect(found[0]?.citations[0]).toEqual({
      evidenceId: 'status-api-1',
      text: 'dial tcp 10.0.0.1:5432: connect: connection refused',
    });
  });

  it.each([
    [
      'a connection that was made at the next try',
      ['WARN connect ECONNREFUSED 10.0.0.9:5432, retrying', 'INFO connected to 10.0.0.9:5432', 'Error: boom'],
    ],
    [
      'an access log',
      ['10.0.0.1 - - [04/May/2026:02:59:01 +0000] "GET /connection-refused HTTP/1.1" 503 12 "-" "curl/8"'],
    ],
    [
      'quiet lines',
      [
        'INFO retry policy: connection refused, connection reset',
        'DEBUG dial tcp 10.0.0.1:80: connect: connection refused',
      ],
    ],
    ['metrics', ['http_client_errors_total{reason="connection refused"} 12']],
    ['a probe answer of its own', ['warn: warm-up not finished, /ready answers 503']],
    [
      'clients that fail the handshake',
      ['http: TLS handshake error from 10.0.0.1:4444: remote error: tls: bad certificate'],
    ],
  ])('stays silent for %s', (_name, lines) => {
    expect(dependency.analyze(crashedPod(lines))).toEqual([]);
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(dependency.analyze(recoveredPod(['Error: connect ECONNREFUSED 10.1.2.3:5432']))).toEqual([]);
  });

  it('stays silent for a container that was killed for memory', () => {
    const killed = crashedPod(['ERROR connect ECONNREFUSED 10.1.2.3:5432'], { exitCode: 137, reason: 'OOMKilled' });
    expect(dependency.analyze(killed)).toEqual([]);
  });
});

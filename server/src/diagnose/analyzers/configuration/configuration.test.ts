import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod } from '../../testing/crashed-pod.ts';
import { words } from '../../testing/make-case.ts';
import { configuration } from './configuration.ts';

type Row = readonly [name: string, lines: readonly string[], says: string, cite: string];

const ROWS: readonly Row[] = [
  [
    'Node',
    ['info: starting cart-api 2.4.1', 'FATAL: DATABASE_URL is not set', '    at loadConfig (/srv/config.js:41:11)'],
    'DATABASE_URL is missing',
    'DATABASE_URL is not set',
  ],
  [
    'Python, with the frame below',
    ['ValueError: invalid literal for int() with base 10: 1h', '  File /app/login/settings.py, line 88, in load'],
    '/app/login/settings.py:88 (load)',
    'invalid literal for int() with base 10: 1h',
  ],
  [
    'Python, with the frames above',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 3, in <module>',
      '    from app.config import settings',
      '  File "/app/app/config.py", line 9, in <module>',
      '    TTL = int(os.environ["TTL"])',
      "ValueError: invalid literal for int() with base 10: '1h'",
    ],
    '/app/app/config.py:9',
    "base 10: '1h'",
  ],
  [
    'os.environ',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 4, in <module>',
      "    url = os.environ['DATABASE_URL']",
      '  File "<frozen os>", line 685, in __getitem__',
      "KeyError: 'DATABASE_URL'",
    ],
    'DATABASE_URL',
    "KeyError: 'DATABASE_URL'",
  ],
  [
    'os.environ with a short name',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 4, in <module>',
      '  File "/usr/local/lib/python3.11/os.py", line 679, in __getitem__',
      "KeyError: 'PORT'",
    ],
    'PORT',
    "KeyError: 'PORT'",
  ],
  [
    'pydantic',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 6, in <module>',
      '    settings = Settings()',
      'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings',
      'database_url',
      '  Field required [type=missing, input_value={}, input_type=dict]',
    ],
    'Settings',
    '1 validation error for Settings',
  ],
  [
    'Django',
    ['django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.'],
    'SECRET_KEY',
    'must not be empty',
  ],
  [
    'Spring placeholders',
    [
      "Error creating bean with name 'mailer': Injection of autowired dependencies failed",
      'Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder \'mail.host\' in value "${mail.host}"',
    ],
    'mail.host',
    "Could not resolve placeholder 'mail.host'",
  ],
  [
    'Spring binding',
    [
      '***************************',
      'APPLICATION FAILED TO START',
      '***************************',
      '',
      'Description:',
      '',
      "Failed to bind properties under 'server.port' to java.lang.Integer:",
    ],
    'server.port',
    'Failed to bind properties',
  ],
  [
    'a Spring data source',
    [
      "Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.",
    ],
    'url',
    'Failed to configure a DataSource',
  ],
  [
    'NestJS',
    [
      'Error: Config validation error: "JWT_SECRET" is required',
      '    at ConfigModule.forRoot (/app/node_modules/@nestjs/config/dist/config.module.js:61:23)',
    ],
    'JWT_SECRET',
    'Config validation error',
  ],
  [
    'envalid',
    [
      '================================',
      ' Missing environment variables:',
      '    STRIPE_KEY: undefined',
      '================================',
    ],
    'STRIPE_KEY',
    'STRIPE_KEY',
  ],
  [
    't3-env',
    ['❌ Invalid environment variables: { DATABASE_URL: [ "Required" ] }'],
    'DATABASE_URL',
    'Invalid environment variables',
  ],
  [
    'zod in config code',
    [
      'ZodError: [',
      '  {',
      '    "code": "invalid_type",',
      '    "path": ["port"],',
      '  }',
      ']',
      '    at parseEnv (/app/dist/config/env.js:12:9)',
    ],
    'setting',
    'ZodError',
  ],
  [
    'Prisma',
    ['error: Environment variable not found: DATABASE_URL.', '  -->  schema.prisma:7'],
    'DATABASE_URL',
    'Environment variable not found',
  ],
  ['envconfig in Go', ['2026/05/04 02:59:01 required key DB_URL missing value'], 'DB_URL', 'required key DB_URL'],
  [
    'caarlos0/env',
    ['{"level":"fatal","error":"env: required environment variable \\"QUEUE_URL\\" is not set","message":"config"}'],
    'QUEUE_URL',
    'QUEUE_URL',
  ],
  [
    'viper',
    ['panic: fatal error config file: Config File "config" Not Found in "[/etc/app]"', '', 'goroutine 1 [running]:'],
    '/etc/app',
    'Config File "config" Not Found',
  ],
  [
    'a Go duration',
    ['level=fatal msg="invalid config" err="time: invalid duration \\"10\\""'],
    'setting',
    'invalid duration',
  ],
  [
    'a Go number',
    ['FATAL invalid env PORT_NUMBER: strconv.Atoi: parsing "80a": invalid syntax'],
    'PORT_NUMBER',
    'strconv.Atoi',
  ],
  [
    'cobra',
    ['Error: required flag(s) "config" not set', 'Usage:', '  app serve [flags]'],
    '"config"',
    'required flag(s)',
  ],
  [
    'argparse',
    ['usage: main.py [-h] --queue QUEUE', 'main.py: error: the following arguments are required: --queue'],
    '--queue',
    'arguments are required',
  ],
  [
    'clap',
    ['error: the following required arguments were not provided:', '  --listen <ADDR>'],
    'setting',
    'were not provided',
  ],
  [
    'Rust',
    ["thread 'main' panicked at src/main.rs:8:41:", 'DATABASE_URL must be set: NotPresent'],
    'DATABASE_URL',
    'DATABASE_URL must be set',
  ],
  [
    'Elixir',
    [
      '** (RuntimeError) environment variable SECRET_KEY_BASE is missing.',
      'You can generate one by calling: mix phx.gen.secret',
    ],
    'SECRET_KEY_BASE',
    'SECRET_KEY_BASE is missing',
  ],
  [
    'Ruby',
    ['/app/config/database.rb:3:in `fetch\': key not found: "REDIS_URL" (KeyError)'],
    'REDIS_URL',
    'key not found',
  ],
  [
    'Rails',
    [
      "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
    ],
    'secret_key_base',
    'Missing `secret_key_base`',
  ],
  [
    '.NET options',
    [
      "Unhandled exception. Microsoft.Extensions.Options.OptionsValidationException: DataAnnotation validation failed for 'MailOptions' members: 'Host' with the error: 'The Host field is required.'.",
    ],
    'MailOptions',
    'OptionsValidationException',
  ],
  [
    'a .NET connection string',
    ["System.ArgumentNullException: Value cannot be null. (Parameter 'connectionString')"],
    'connectionString',
    "Parameter 'connectionString'",
  ],
  [
    '.NET settings that do not parse',
    [
      "System.IO.InvalidDataException: Failed to load configuration from file '/app/appsettings.json'.",
      ' ---> System.FormatException: Could not parse the JSON file.',
    ],
    'cannot be read',
    'Could not parse the JSON file',
  ],
  [
    'nginx',
    [
      '2026/05/04 02:59:01 [emerg] 1#1: unknown directive "servre" in /etc/nginx/conf.d/default.conf:3',
      'nginx: [emerg] unknown directive "servre" in /etc/nginx/conf.d/default.conf:3',
    ],
    '/etc/nginx/conf.d/default.conf:3',
    'unknown directive',
  ],
  [
    'nginx without its certificate',
    [
      'nginx: [emerg] cannot load certificate "/etc/tls/tls.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)',
    ],
    '/etc/tls/tls.crt',
    'cannot load certificate',
  ],
  [
    'Redis',
    [
      '*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***',
      'Reading the configuration file, at line 5',
      ">>> 'maxmemry 1gb'",
      'Bad directive or wrong number of arguments',
    ],
    'cannot be read',
    'CONFIG FILE ERROR',
  ],
  [
    'the PostgreSQL image',
    [
      'Error: Database is uninitialized and superuser password is not specified.',
      '       You must specify POSTGRES_PASSWORD to a non-empty value for the',
      '       superuser.',
    ],
    'superuser password is not specified',
    'uninitialized',
  ],
  [
    'MySQL',
    ["2026-05-04T02:59:01.000000Z 0 [ERROR] [MY-000067] [Server] unknown variable 'innodb_bufer=1G'."],
    'innodb_bufer=1G',
    'unknown variable',
  ],
  [
    'Kafka',
    [
      'org.apache.kafka.common.config.ConfigException: Missing required configuration "bootstrap.servers" which has no default value.',
    ],
    'bootstrap.servers',
    'bootstrap.servers',
  ],
  [
    'Elasticsearch',
    [
      '{"@timestamp":"2026-05-04T02:59:01Z","log.level":"ERROR","message":"fatal exception while booting Elasticsearch","error.type":"java.lang.IllegalArgumentException","error.message":"unknown setting [discovery.tpe] please check that any required plugins are installed"}',
    ],
    'discovery.tpe',
    'unknown setting [discovery.tpe]',
  ],
  [
    'Elasticsearch bootstrap checks',
    [
      'ERROR: [1] bootstrap checks failed.',
      'bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]',
    ],
    'limit of the node',
    'vm.max_map_count',
  ],
  [
    'HAProxy',
    [
      "[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:12] : unknown keyword 'blance' in 'backend' section",
    ],
    '/usr/local/etc/haproxy/haproxy.cfg:12',
    'haproxy.cfg:12',
  ],
  [
    'Envoy',
    [
      "[2026-05-04 02:59:01.000][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Protobuf message (type envoy.config.bootstrap.v3.Bootstrap) has unknown fields",
    ],
    '/etc/envoy/envoy.yaml',
    'error initializing configuration',
  ],
  [
    'Prometheus',
    [
      'ts=2026-05-04T02:59:01Z caller=main.go:450 level=error msg="Error loading config (--config.file=/etc/prometheus/prometheus.yml)" err="parsing YAML file /etc/prometheus/prometheus.yml: yaml: line 5: mapping values are not allowed in this context"',
    ],
    '/etc/prometheus/prometheus.yml',
    'mapping values are not allowed',
  ],
  [
    'PyYAML',
    ['yaml.scanner.ScannerError: mapping values are not allowed here', '  in "/etc/app/config.yaml", line 3, column 5'],
    '/etc/app/config.yaml", line 3',
    'ScannerError',
  ],
  [
    'Loki',
    [
      'failed parsing config: /etc/loki/config.yaml: yaml: unmarshal errors:',
      '  line 12: field chunk_sore not found in type config.Config',
    ],
    '/etc/loki/config.yaml',
    'failed parsing config',
  ],
  [
    'CoreDNS',
    ["/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'forwrad'"],
    '/etc/coredns/Corefile:5',
    'Corefile:5',
  ],
  [
    'Caddy',
    ['Error: adapting config using caddyfile: /etc/caddy/Caddyfile:3: unrecognized directive: revrse_proxy'],
    '/etc/caddy/Caddyfile:3',
    'Caddyfile:3',
  ],
  [
    'Fluentd',
    [
      '2026-05-04 02:59:01 +0000 [error]: config error file="/fluentd/etc/fluent.conf" error_class=Fluent::ConfigError error="\'type\' parameter is required"',
    ],
    '/fluentd/etc/fluent.conf',
    'fluent.conf',
  ],
  [
    'a missing file in Go',
    ['2026/05/04 open /etc/app/config.yaml: no such file or directory'],
    '/etc/app/config.yaml',
    'no such file',
  ],
  [
    'a missing file in Python',
    ["FileNotFoundError: [Errno 2] No such file or directory: '/run/secrets/app.toml'"],
    '/run/secrets/app.toml',
    'app.toml',
  ],
  [
    'a missing file in Node',
    ["Error: ENOENT: no such file or directory, open '/app/config/production.json'"],
    '/app/config/production.json',
    'ENOENT',
  ],
  [
    'Quarkus',
    [
      'io.smallrye.config.ConfigValidationException: Configuration validation failed:',
      '\tjava.util.NoSuchElementException: SRCFG00014: The config property mail.host is required but it could not be found in any config source',
    ],
    'mail.host',
    'mail.host',
  ],
  [
    'Typesafe Config',
    [
      'Exception in thread "main" com.typesafe.config.ConfigException$Missing: application.conf @ jar:file:/app/app.jar!/application.conf: 3: No configuration setting found for key \'db.url\'',
    ],
    'db.url',
    'db.url',
  ],
  [
    'a Java number in settings code',
    [
      'Exception in thread "main" java.lang.NumberFormatException: For input string: "1h"',
      '\tat java.base/java.lang.Integer.parseInt(Integer.java:652)',
      '\tat com.shop.config.AppConfig.load(AppConfig.java:33)',
      '\tat com.shop.Main.main(Main.java:9)',
    ],
    'AppConfig.java:33',
    'For input string: "1h"',
  ],
  [
    'an undefined URL in config code',
    [
      'TypeError: Invalid URL',
      '    at new URL (node:internal/url:797:36)',
      '    at Object.<anonymous> (/app/src/config.js:4:12)',
      "  code: 'ERR_INVALID_URL',",
      "  input: 'undefined'",
    ],
    '/app/src/config.js:4',
    'Invalid URL',
  ],
];

describe('configuration', () => {
  it.each(ROWS)('finds the setting in the words of %s', (_name, lines, says, cite) => {
    const found = configuration.analyze(crashedPod(lines));
    expect(found.map(({ cause }) => cause)).toEqual(['missing-configuration']);
    expect(found[0]?.explanation).toContain(says);
    expect(words(found[0]).join('\n')).toContain(cite);
    expect(found[0]?.confidence).toBeGreaterThanOrEqual(0.8);
  });

  it('tells what the pod sets the variable to, and cites it', () => {
    const env = [{ name: 'TOKEN_TTL', value: '1h' }];
    const found = configuration.analyze(crashedPod(['ERROR TOKEN_TTL must be a number'], { container: { env } }));
    expect(found[0]?.explanation).toContain('which the pod sets to 1h');
    expect(words(found[0])).toContain('containers[app].env[TOKEN_TTL].value: 1h');
  });

  it('reads the log of an init container', () => {
    const found = configuration.analyze(crashedPod(['Error: MIGRATION_DSN is required'], { init: true }));
    expect(found[0]?.explanation).toContain('Init container app');
  });

  it.each([
    [
      'a variable that is only mentioned',
      ['INFO LOG_LEVEL not set, using info', 'Error: connect ECONNREFUSED 10.0.0.1:5432'],
    ],
    [
      'a warning long before another failure',
      [
        'WARN CACHE_URL is not set',
        'panic: runtime error: index out of range [3] with length 2',
        'goroutine 1 [running]:',
        'main.main()',
        '\t/app/main.go:12 +0x1d',
      ],
    ],
    [
      'an exception outside of settings code',
      ["ValueError: invalid literal for int() with base 10: 'x'", '  File "/app/orders.py", line 88, in total'],
    ],
  ])('stays silent for %s', (_name, lines) => {
    expect(configuration.analyze(crashedPod(lines))).toEqual([]);
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(configuration.analyze(recoveredPod(['FATAL: DATABASE_URL is not set']))).toEqual([]);
  });
});

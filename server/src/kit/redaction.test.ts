import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRedactor, type RedactionOptions } from './redaction.ts';

const examples = join(import.meta.dirname, '../../../examples');

function redactorWith(options: RedactionOptions = {}) {
  const made = createRedactor(options);
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.redactor;
}
const { text, labels, structure } = redactorWith();

const alphabet = 'Ab3dE7gH1jKlMn0pQrStUv9xYz2BcD4fGh6JkL8mNoPq5RsT';
const chars = (length: number, from = 0): string =>
  Array.from({ length }, (_, i) => alphabet[(from + i * 7) % alphabet.length]).join('');
const digits = (length: number): string => Array.from({ length }, (_, i) => String((i * 7 + 3) % 10)).join('');
const hex = (length: number): string => Array.from({ length }, (_, i) => ((i * 11 + 5) % 16).toString(16)).join('');
const jwt = `eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.${chars(60)}`;

describe('tokens that are known by their shape', () => {
  const tokens: Record<string, string> = {
    'AWS access key': 'AKIAIOSFODNN7EXAMPLE',
    'Google API key': `AIza${chars(35)}`,
    'Google OAuth token': `ya29.${chars(60)}`,
    'Azure client secret': `abc8Q~${chars(34)}`,
    'GitHub token': `ghp_${chars(36)}`,
    'fine-grained GitHub token': `github_pat_${chars(22)}_${chars(59)}`,
    'GitLab token': `glpat-${chars(20)}`,
    'Slack bot token': `xoxb-${digits(12)}-${chars(24)}`,
    'Stripe key': `sk_live_${chars(24)}`,
    'npm token': `npm_${chars(36)}`,
    'Vault token': `hvs.${chars(90)}`,
    'OpenAI key': `sk-proj-${chars(48)}`,
    'Anthropic key': `sk-ant-api03-${chars(80)}`,
    'SendGrid key': `SG.${chars(22)}.${chars(43)}`,
    'Grafana token': `glsa_${chars(32)}_a1b2c3d4`,
    'Telegram bot token': `123456789:AA${chars(33)}`,
    'Docker token': `dckr_pat_${chars(27)}`,
    'k3s token': `K10${hex(64)}::server:${hex(32)}`,
    'JSON Web Token': jwt,
  };
  for (const [what, token] of Object.entries(tokens)) {
    it(`masks a ${what}, whatever stands around it`, () => {
      for (const [before, after] of [
        ['', ''],
        ['login with ', ' failed'],
        ['"', '"'],
        ['(', ').'],
        ['x=', '\n'],
      ] as const) {
        const masked = text(`${before}${token}${after}`);
        expect(masked).not.toContain(token.slice(8, 24));
        expect(masked).toMatch(/\[redacted:[a-z0-9-]+\]/);
      }
    });
  }

  it('masks webhook addresses but leaves their host', () => {
    const slack = `https://hooks.slack.com/services/T00000000/B00000000/${chars(24)}`;
    expect(text(`POST ${slack}: 404`)).toBe('POST https://hooks.slack.com/[redacted:webhook]: 404');
    expect(text(`https://discord.com/api/webhooks/1234567890/${chars(60)}`)).not.toContain(chars(60));
  });

  it('masks a token that is longer than its shape to its end', () => {
    expect(text(`ghp_${'a1'.repeat(400)} end`)).toBe('[redacted:github-token] end');
  });
});

describe('private keys', () => {
  const body = Array.from({ length: 6 }, (_, i) => chars(64, i));
  const pem = ['-----BEGIN RSA PRIVATE KEY-----', ...body, `${chars(22)}==`, '-----END RSA PRIVATE KEY-----'];

  it('masks a whole key', () => {
    expect(text(`before\n${pem.join('\n')}\nafter`)).toBe('before\n[redacted:private-key]\nafter');
  });

  it('masks a key whose lines a log gave timestamps', () => {
    const log = ['starting', ...pem, 'started'].map((line, i) => `2026-11-21T00:51:1${i}.01391766Z ${line}`).join('\n');
    const masked = text(log);
    for (const line of body) expect(masked).not.toContain(line.slice(0, 12));
    expect(masked).toContain('starting');
    expect(masked).toContain('started');
  });

  it('masks a key in one line of JSON', () => {
    expect(text(JSON.stringify({ file: pem.join('\n'), user: 'app' }))).toBe(
      '{"file":"[redacted:private-key]","user":"app"}',
    );
  });

  it('masks what is left of a key that a log tail cut off at its beginning, or a limit at its end', () => {
    const stamped = (lines: string[]) => lines.map((line, i) => `2026-11-21T00:51:1${i}Z ${line}`).join('\n');
    const headless = text(`${stamped(pem.slice(3))}\n2026-11-21T00:52:00Z listening on :8080`);
    const endless = text(`${stamped(pem.slice(0, 5))}\n2026-11-21T00:52:00Z listening on :8080`);
    for (const masked of [headless, endless]) {
      for (const line of body) expect(masked).not.toContain(line.slice(0, 12));
      expect(masked).toContain('listening on :8080');
    }
  });

  it('masks a key in base64, as kubeconfigs hold it, but not a certificate', () => {
    const encoded = Buffer.from(pem.join('\n')).toString('base64');
    expect(text(`x ${encoded} y`)).toBe('x [redacted:private-key] y');
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    expect(text(certificate)).toBe(certificate);
  });
});

describe('names that promise a secret', () => {
  const masked = [
    ['password=hunter2', 'password=[redacted:password]'],
    ['DB_PASSWORD="correct horse battery"', 'DB_PASSWORD="[redacted:password]"'],
    ['password: hunter2', 'password: [redacted:password]'],
    ['{"password":"hunter2","user":"app"}', '{"password":"[redacted:password]","user":"app"}'],
    ['{\\"dbPassword\\":\\"hunter2\\"}', '{\\"dbPassword\\":\\"[redacted:password]\\"}'],
    ['mysqld --password hunter2 --port 3306', 'mysqld --password [redacted:password] --port 3306'],
    ['args: ["--api-token","abcdefgh"]', 'args: ["--api-token","[redacted:secret]"]'],
    ['- --db-password\n- hunter2', '- --db-password\n- [redacted:password]'],
    ['{"name":"DB_PASSWORD","value":"hunter2"}', '{"name":"DB_PASSWORD","value":"[redacted:password]"}'],
    ['- name: API_KEY\n  value: abcdef', '- name: API_KEY\n  value: [redacted:secret]'],
    ['EnvVar{Name:DB_PASSWORD,Value:hunter2,}', 'EnvVar{Name:DB_PASSWORD,Value:[redacted:password],}'],
    [
      'Server=db;User Id=app;Password=p#ss;Pooling=true',
      'Server=db;User Id=app;Password=[redacted:password];Pooling=true',
    ],
    ['host=db user=app password=p sslmode=off', 'host=db user=app password=[redacted:password] sslmode=off'],
    ['GET /x?api_key=abc123&page=2', 'GET /x?api_key=[redacted:secret]&page=2'],
    ['Authorization: Basic YXBwOmh1bnRlcjI=', 'Authorization: Basic [redacted:secret]'],
    ['curl -H "Authorization: Bearer abcdef123456"', 'curl -H "Authorization: Bearer [redacted:secret]"'],
    ['sent Basic YXBwOmh1bnRlcjI= and failed', 'sent Basic [redacted:basic] and failed'],
    ['X-Api-Key: abcdef', 'X-Api-Key: [redacted:secret]'],
    ['Set-Cookie: id=a3fWa; Secure; HttpOnly', 'Set-Cookie: [redacted:cookie]'],
    ['map[password:hunter2 user:app]', 'map[password:[redacted:password] user:app]'],
    ['tokens: ["abcdefg1","hijklmn2"]', 'tokens: ["[redacted:secret]","[redacted:secret]"]'],
    [
      '{"auths":{"registry.example":{"auth":"YXBwOmh1bnRlcg=="}}}',
      '{"auths":{"registry.example":{"auth":"[redacted:secret]"}}}',
    ],
    [
      'kubectl create secret generic x --from-literal=password=hunter2',
      'kubectl create secret generic x --from-literal=password=[redacted:password]',
    ],
    ['PGPASSWORD=hunter2 psql', 'PGPASSWORD=[redacted:password] psql'],
    ['<password>hunter2</password>', '<password>[redacted:password]</password>'],
    ['password = """hunter2"""', 'password = """[redacted:password]"""'],
    ['jdbc:oracle:thin:app/hunter2@//db:1521/x', 'jdbc:oracle:thin:app/[redacted:url-password]@//db:1521/x'],
    ['PASSWORD=123456', 'PASSWORD=[redacted:password]'],
    [
      'AccountName=x;AccountKey=abc+/def==;EndpointSuffix=y',
      'AccountName=x;AccountKey=[redacted:secret];EndpointSuffix=y',
    ],
    ['//npm.example/:_authToken=abc-def', '//npm.example/:_authToken=[redacted:secret]'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG', 'aws_secret_access_key = [redacted:secret]'],
  ] as const;
  for (const [source, result] of masked)
    it(`masks ${source.replaceAll('\n', '⏎')}`, () => expect(text(source)).toBe(result));

  const readable = [
    'TOKEN_TTL=3600',
    'TOKEN_TTL: 1h',
    'ACCESS_TOKEN_LIFETIME=15m',
    'SESSION_SECRET=3600',
    'max_tokens: 4096',
    'password_file: /run/secrets/db',
    'secretName: invoicer-tls',
    'secret "invoicer-tls" not found',
    'MountVolume.SetUp failed for volume "tls" : secret "invoicer-tls" not found',
    'MountVolume.SetUp failed for volume "x" : references non-existent secret key: tls.crt',
    'failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token: 401 Unauthorized',
    "Error: couldn't find key DB_PASSWORD in Secret shop/db",
    'unauthorized: authentication required',
    'invalid password: authentication failed for user app',
    'Basic authentication is off; bearer tokens only',
    'DB_PASSWORD=$(DB_PASSWORD)',
    'DB_PASSWORD=${SECRET}',
    'password=',
    'token=null',
    'partition key: eu-west-1a7b',
    'flag --token is required',
    'primaryKey=order-17',
    'serviceaccounts "default" is forbidden: token request denied',
    'tls key: /etc/tls/tls.key',
    'ValueError: invalid literal for int() with base 10: 1h',
  ];
  for (const source of readable) it(`leaves ${source} readable`, () => expect(text(source)).toBe(source));
});

describe('credentials in addresses', () => {
  it('masks the password and leaves user, host and database', () => {
    expect(text('postgres://app:hunter2@db.shop:5432/orders?sslmode=off')).toBe(
      'postgres://app:[redacted:url-password]@db.shop:5432/orders?sslmode=off',
    );
    expect(text('redis://:hunter2@cache:6379')).toBe('redis://:[redacted:url-password]@cache:6379');
    expect(text('amqp://u:p@ss@mq')).toBe('amqp://u:[redacted:url-password]@mq');
    expect(text('mongodb+srv://u:p/w@h.example/db')).toBe('mongodb+srv://u:[redacted:url-password]@h.example/db');
    expect(text('dsn app:hunter2@tcp(db:3306)/orders')).toBe('dsn app:[redacted:url-password]@tcp(db:3306)/orders');
    expect(text('curl -u app:hunter2 http://x')).toBe('curl -u app:[redacted:url-password] http://x');
    expect(text('https://0123456789abcdef0123@o1.ingest.sentry.io/1')).not.toContain('0123456789abcdef');
  });

  it('leaves addresses without credentials alone', () => {
    for (const address of [
      'https://registry.example.invalid/v2/team/frontend@sha256:abcdef',
      'http://user-service:8080/users/@me?mail=a@b.example',
      'docker-pullable://nginx@sha256:0123456789',
      'ssh://git@github.com:22/org/repo',
      'http://[::1]:8080/@x',
      'docker run --user 1000:1000',
    ])
      expect(text(address)).toBe(address);
  });
});

describe('what is masked on request only', () => {
  const mail = 'mail to ops@shop.example and card 4111 1111 1111 1111 from 10.88.0.10:9000 or fe80::1 at 12:30:45';
  it('leaves addresses, cards and IPs by default', () => expect(text(mail)).toBe(mail));
  it('masks each when asked', () => {
    expect(redactorWith({ emails: true }).text(mail)).toContain('mail to [redacted:email] and');
    expect(redactorWith({ cards: true }).text(mail)).toContain('card [redacted:card] from');
    const ips = redactorWith({ ips: true }).text(mail);
    expect(ips).toContain('from [redacted:ip]:9000 or [redacted:ip] at 12:30:45');
  });
  it('leaves digits that fail the Luhn check', () => {
    expect(redactorWith({ cards: true }).text('order 4111111111111112')).toBe('order 4111111111111112');
  });
  it('masks image paths, but no file and no API path', () => {
    const images = redactorWith({ images: true });
    expect(images.text('pull image "nginx" or registry.example:5000/team/app:v1 to /var/lib/x for apps/v1')).toBe(
      'pull image "[redacted:image]" or [redacted:image] to /var/lib/x for apps/v1',
    );
  });
  it('masks the names that are nodes now', () => {
    const masking = redactorWith({ isNode: (name) => name === 'ip-10-0-0-1.ec2.internal' });
    expect(masking.text('assigned to ip-10-0-0-1.ec2.internal.')).toBe('assigned to [redacted:node].');
  });
});

describe('patterns of users', () => {
  it('masks the match, or its first group', () => {
    const masking = redactorWith({
      patterns: [
        { name: 'customer', pattern: 'CUST-\\d+' },
        { name: 'pin', pattern: 'pin is (\\d+)' },
      ],
    });
    expect(masking.text('CUST-123: the pin is 9876')).toBe('[redacted:customer]: the pin is [redacted:pin]');
  });
  it('says which pattern cannot be used, and why', () => {
    const made = createRedactor({
      patterns: [
        { name: 'ok', pattern: 'a+' },
        { name: 'Bad Name', pattern: 'a' },
        { name: 'broken', pattern: '(a' },
        { name: 'empty', pattern: 'a*' },
      ],
    });
    expect(made.ok).toBe(false);
    if (!made.ok) expect(made.problems.map((p) => p.field)).toEqual(['[1].name', '[2].pattern', '[3].pattern']);
  });
  it('stays linear on the classic trap', () => {
    const masking = redactorWith({ patterns: [{ name: 'trap', pattern: '(a+)+$' }] });
    expect(masking.text(`${'a'.repeat(20_000)}!`)).toHaveLength(20_001);
  });
});

describe('structured values', () => {
  const pod = (password: string, ttl: string) => ({
    kind: 'Pod',
    spec: {
      containers: [
        {
          args: ['--db-password', password, '--port', '8080'],
          env: [
            { name: 'DB_PASSWORD', value: password },
            { name: 'TOKEN_TTL', value: ttl },
            { name: 'FROM', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          ],
        },
      ],
      volumes: [{ name: 'tls', secret: { secretName: 'invoicer-tls' } }],
      automountServiceAccountToken: true,
    },
  });

  it('masks environment entries and arguments by name, and leaves settings and references', () => {
    const redacted = JSON.stringify(structure(pod('hunter2', '1h')));
    expect(redacted).not.toContain('hunter2');
    expect(redacted).toContain('{"name":"TOKEN_TTL","value":"1h"}');
    expect(redacted).toContain('{"name":"db","key":"password"}');
    expect(redacted).toContain('{"secretName":"invoicer-tls"}');
    expect(redacted).toContain('"automountServiceAccountToken":true');
    expect(redacted).toContain('"--port","8080"');
  });

  it('shows by its tag whether a masked value changed, and tells nothing without the key', () => {
    const tagging = redactorWith({ tagKey: new Uint8Array(32).fill(7) });
    const other = redactorWith({ tagKey: new Uint8Array(32).fill(8) });
    const one = JSON.stringify(tagging.structure(pod('hunter2', '1h')));
    expect(JSON.stringify(tagging.structure(pod('hunter2', '1h')))).toBe(one);
    expect(JSON.stringify(tagging.structure(pod('hunter3', '1h')))).not.toBe(one);
    expect(JSON.stringify(other.structure(pod('hunter2', '1h')))).not.toBe(one);
    expect(one).toMatch(/\[redacted:password:[0-9a-f]{8}\]/);
  });

  it('masks the whole content of a Secret, and survives hostile shapes', () => {
    const secret = JSON.stringify(structure({ kind: 'Secret', data: { a: 'aGVsbG8=' }, stringData: { b: 'hello' } }));
    expect(secret).not.toMatch(/aGVsbG8|hello/);
    const hostile: unknown = JSON.parse('{"__proto__":{"password":"hunter2"},"constructor":1}');
    expect(JSON.stringify(structure(hostile))).toBe('{"__proto__":{"password":"[redacted:password]"},"constructor":1}');
    let deep: unknown = 'x';
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(JSON.stringify(structure(deep))).toContain('[too deep]');
  });

  it('masks labels by key and by value, and hands back the same map where nothing is secret', () => {
    const plain = { app: 'shop', tier: 'web' };
    expect(labels(plain)).toBe(plain);
    expect(labels({ 'example.com/api-token': 'abc', note: `x ${jwt}`, app: 'shop' })).toEqual({
      'example.com/api-token': '[redacted:secret]',
      note: 'x [redacted:jwt]',
      app: 'shop',
    });
  });
});

describe('on everything', () => {
  const lines = recordedTexts();

  it('changes nothing of what the recorded clusters said', () => {
    expect(lines.length).toBeGreaterThan(300);
    for (const line of lines) expect(text(line)).toBe(line);
  });

  it('changes nothing when redacting again', () => {
    const pieces = [
      'password=',
      'hunter2',
      'token: ',
      '"',
      ' ',
      '\n',
      'https://a:b@c',
      jwt,
      'Bearer ',
      '\\"',
      '{',
      '[',
      '=',
      ':',
      'ghp_' + chars(36),
    ];
    let state = 42;
    const random = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    for (let round = 0; round < 3000; round++) {
      const source = Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join('');
      const once = text(source);
      expect(text(once)).toBe(once);
      expect(once).not.toContain('ghp_');
    }
  });

  // Doubling the input may about double the work. Counting steps is not possible from outside, so each of these has a size
  // at which quadratic work (some 10^11 steps) would run into the test's own time limit by far.
  const seeds = [
    'eyJ',
    'eyJ.',
    'eyJ-',
    '-eyJ',
    'AKIA',
    'ghp_',
    'xoxb-',
    'sk-',
    ':AA',
    '1:AA',
    '8Q~',
    'K10',
    'hooks.slack.com/',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
    '-----END PRIVATE KEY-----',
    '-----END PRIVATE KEY-----\n',
    'PRIVATE KEY',
    'LS0tLS1CRUdJTi',
    'token=',
    'token="',
    'token="{',
    'token=\'{"',
    'token="\\"',
    'token=/',
    '<token>',
    'jdbc:oracle:a:b/',
    'key="""',
    'token: ',
    'password',
    'password.',
    'a password: ',
    '--token ',
    '--token\n- ',
    '"token","',
    'name: token\n value:',
    'Bearer ',
    'Basic ',
    'Authorization: Bearer ',
    'cookie: a',
    '://',
    '://a:',
    '://a:b/',
    '@tcp(',
    'a:@tcp(',
    ' -u a:',
    '@',
    'a@',
    '4',
    '4 ',
    '4-',
    '1.',
    '1:',
    'a:',
    'a/',
    'image "',
    '\\',
    '"',
    '\\"',
    '[',
    'key=[',
    'sig',
    'tokens: ["',
  ];
  const all = redactorWith({ emails: true, cards: true, ips: true, images: true, isNode: () => false });
  it.each(seeds)('stays linear on endless %j', (seed) => {
    const hostile = seed.repeat(Math.ceil(400_000 / seed.length));
    expect(all.text(hostile).length).toBeGreaterThan(0);
    expect(all.text(`${'x '.repeat(10)}${hostile.slice(0, 100_000)}!`).length).toBeGreaterThan(0);
  });
});

function recordedTexts(): string[] {
  const found = new Set<string>();
  for (const recording of ['states', 'story']) {
    const folder = join(examples, recording);
    for (const line of readFileSync(join(folder, 'events.ndjson'), 'utf8').trim().split('\n')) {
      const parsed = JSON.parse(line) as { items?: { message: string }[]; object?: { message: string } };
      for (const event of parsed.items ?? [parsed.object]) if (event) found.add(event.message);
    }
    for (const file of readdirSync(join(folder, 'logs'), { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, 'logs', file);
      if (statSync(path).isFile()) found.add(readFileSync(path, 'utf8'));
    }
  }
  return [...found];
}

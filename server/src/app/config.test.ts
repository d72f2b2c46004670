import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadConfiguration, type ConfigurationInput } from './config.ts';

function load(input: Partial<ConfigurationInput> & { readonly yaml?: string } = {}) {
  const { yaml, ...rest } = input;
  return loadConfiguration({
    file: yaml === undefined ? null : '/etc/tattle/tattle.yaml',
    env: {},
    overrides: {},
    directory: '/srv',
    readFile: async () => yaml ?? '',
    ...rest,
  });
}

async function valid(input: Parameters<typeof load>[0] = {}) {
  const loaded = await load(input);
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.join('\n'));
  return loaded;
}

async function problems(input: Parameters<typeof load>[0] = {}) {
  const loaded = await load(input);
  return loaded.kind === 'invalid' ? loaded.problems : [];
}

test('nothing set is a configuration that listens on this machine only and monitors nothing', async () => {
  const { configuration, owners } = await valid();
  expect(configuration).toMatchObject({
    dataDir: '/srv/.tattle',
    listen: { host: '127.0.0.1', port: 7171 },
    clusters: { source: 'auto', mode: 'watch' },
    filter: {},
    deduplication: { ttlSeconds: 300 },
    retention: { days: { short: 7, normal: 30, long: 365 }, rules: [] },
  });
  expect(owners.size).toBe(0);
});

test('the command line wins over the environment, which wins over the file, and each owner is known', async () => {
  const { configuration, owners } = await valid({
    yaml: 'listen: {port: 1, host: "::1"}\nfilter: {namespaces: [a], minimumCount: 2}\nretention: {days: {normal: 7}}\n',
    env: { TATTLE_PORT: '2', TATTLE_NAMESPACES: 'b, c', TATTLE_RETENTION_DAYS: '8' },
    overrides: { 'listen.port': '0' },
  });
  expect(configuration.listen).toMatchObject({ port: 0, host: '::1' });
  expect(configuration.filter).toEqual({ namespaces: ['b', 'c'], minimumCount: 2 });
  expect(configuration.retention.days.normal).toBe(8);
  expect(Object.fromEntries(owners)).toEqual({
    'listen.port': 'the command line',
    'listen.host': '/etc/tattle/tattle.yaml',
    'filter.namespaces': 'TATTLE_NAMESPACES',
    'filter.minimumCount': '/etc/tattle/tattle.yaml',
    'retention.days.normal': 'TATTLE_RETENTION_DAYS',
  });
});

test('every fault is told at once, with where it is and what was expected', async () => {
  const found = await problems({
    yaml: 'listne: {}\nlisten: {prot: 1}\nretention: {days: {long: never}}\nfilter: {namespaces: ["Shop"]}\nchannels: [{type: webhok}]\n',
    env: {
      TATTLE_PORT: '70000',
      TATTLE_INCLUDE_LOGS: 'maybe',
      TATTLE_NAMESPACE: 'shop',
      TATTLE_STORE_URL: 'mysql://root:hunter2@db',
    },
  });
  expect(found).toHaveLength(9);
  expect(found.join('\n')).not.toContain('hunter2');
  for (const told of [
    '/etc/tattle/tattle.yaml: listne is not known; did you mean listen?',
    '/etc/tattle/tattle.yaml: listen.prot is not known; did you mean port?',
    '/etc/tattle/tattle.yaml: retention.days.long expected',
    '/etc/tattle/tattle.yaml: filter.namespaces[0] "Shop" cannot be used; write a namespace',
    '/etc/tattle/tattle.yaml: channels[0].type: must be one of',
    'TATTLE_PORT: listen.port expected number to be <=65535',
    'TATTLE_INCLUDE_LOGS: evidence.logs expected boolean',
    'TATTLE_NAMESPACE: is no variable of Tattle; did you mean TATTLE_NAMESPACES?',
    'TATTLE_STORE_URL: storeUrl must be postgres://',
  ]) {
    expect(found).toContainEqual(expect.stringContaining(told));
  }
});

test('a Prometheus is named by its base URL, its credentials by settings of their own', async () => {
  const { configuration } = await valid({
    yaml: 'evidence: {prometheusTokenFile: prometheus.token}\n',
    env: { TATTLE_PROMETHEUS_URL: 'https://thanos.example.com/prod', TATTLE_PROMETHEUS_TOKEN: 't0ken' },
  });
  expect(configuration.evidence).toMatchObject({
    prometheusUrl: 'https://thanos.example.com/prod',
    prometheusToken: 't0ken',
    prometheusTokenFile: '/etc/tattle/prometheus.token',
  });
  for (const url of ['thanos:9090', 'ftp://thanos', 'http://me:hunter2@thanos', 'http://thanos/?a=b']) {
    const found = await problems({ env: { TATTLE_PROMETHEUS_URL: url } });
    expect(found).toEqual([expect.stringContaining('evidence.prometheusUrl must be http(s)://host:port')]);
    expect(found[0]).not.toContain('hunter2');
  }
});

test('what Kubernetes sets for a Service named tattle is not taken for configuration', async () => {
  const { configuration } = await valid({
    env: {
      TATTLE_SERVICE_HOST: '10.96.0.7',
      TATTLE_SERVICE_PORT: '7171',
      TATTLE_SERVICE_PORT_HTTP: '7171',
      TATTLE_PORT: 'tcp://10.96.0.7:7171',
      TATTLE_PORT_7171_TCP: 'tcp://10.96.0.7:7171',
      TATTLE_PORT_7171_TCP_PROTO: 'tcp',
      TATTLE_PORT_7171_TCP_PORT: '7171',
      TATTLE_PORT_7171_TCP_ADDR: '10.96.0.7',
      TATTLE_POSTGRES_SERVICE_HOST: '10.96.0.8',
      TATTLE_POSTGRES_PORT: 'tcp://10.96.0.8:5432',
    },
  });
  expect(configuration.listen.port).toBe(7171);
  expect((await valid({ env: { TATTLE_PORT: '8080' } })).configuration.listen.port).toBe(8080);
});

test('the ConfigMap of an older watcher drops in, and Tattle’s own names win', async () => {
  const { configuration, owners, warnings } = await valid({
    env: {
      EVENT_WATCHER_CLUSTER_NAME: 'prod',
      EVENT_WATCHER_DEDUP_TTL_SECONDS: '600',
      EVENT_WATCHER_MIN_EVENT_COUNT: '3',
      EVENT_WATCHER_INCLUDE_LOGS: 'false',
      EVENT_WATCHER_LOG_TAIL_LINES: '50',
      EVENT_WATCHER_EVENT_TYPES: 'Warning',
      EVENT_WATCHER_EXCLUDED_NAMESPACES: 'kube-system, kube-public',
      EVENT_WATCHER_SOMETHING_ELSE: 'kept out',
      TATTLE_LOG_TAIL_LINES: '70',
      EVENT_WATCHER_WATCH_REASONS: '["OOMKilled","BackOff"]',
      TATTLE_WEBHOOK_URL: 'http://n8n.tools.svc:5678/webhook/x',
    },
  });
  expect(configuration).toMatchObject({
    clusters: { name: 'prod' },
    deduplication: { ttlSeconds: 600 },
    evidence: { logs: false, logTailLines: 70 },
    filter: {
      eventTypes: ['Warning'],
      excludedNamespaces: ['kube-system', 'kube-public'],
      minimumCount: 3,
      includeReasons: ['OOMKilled', 'BackOff'],
    },
    channels: [{ type: 'webhook', url: 'http://n8n.tools.svc:5678/webhook/x' }],
  });
  expect(warnings.join('\n')).toContain('EVENT_WATCHER_SOMETHING_ELSE');
  expect(warnings.join('\n')).toContain('TATTLE_NAMESPACES');
  expect(owners.get('deduplication.ttlSeconds')).toBe('EVENT_WATCHER_DEDUP_TTL_SECONDS');
});

test('paths start at the working directory, those of a file where it lies', async () => {
  const { configuration } = await valid({
    yaml: 'dataDir: data\nclusters: {kubeconfig: [a.conf, /b.conf]}\n',
    env: { TATTLE_SIMULATE_RECORDINGS: 'examples/states' },
  });
  expect(configuration.dataDir).toBe('/etc/tattle/data');
  expect(configuration.clusters.kubeconfig).toEqual(['/etc/tattle/a.conf', '/b.conf']);
  expect(configuration.simulate.recordings).toEqual(['/srv/examples/states']);
  const standard = await valid({ env: { KUBECONFIG: '/one:two' } });
  expect(standard.configuration.clusters.kubeconfig).toEqual(['/one', '/srv/two']);
});

test('all namespaces is an explicit choice, and an empty variable is none', async () => {
  expect((await valid({ env: { TATTLE_NAMESPACES: 'all' } })).configuration.filter.namespaces).toBe('all');
  expect((await valid({ env: { TATTLE_NAMESPACES: '' } })).configuration.filter.namespaces).toBeUndefined();
});

test.each([
  ['- a\n- b\n', 'must be a mapping'],
  ['listen: {port: 1\n', 'tattle.yaml:'],
  ['a: 1\na: 2\n', 'unique'],
  ['listen: 5\n', 'listen expected object'],
  ['__proto__: {polluted: true}\n', '__proto__ is not known'],
  [
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    'alias',
  ],
])('the file %j is refused, saying why', async (yaml, told) => {
  expect((await problems({ yaml })).join('\n')).toContain(told);
  expect({}).not.toHaveProperty('polluted');
});

test.each([
  ['/', '/'],
  ['/tattle', '/tattle'],
  ['/tattle/', '/tattle'],
  ['/tools/tattle-2_x~', '/tools/tattle-2_x~'],
])('the base path %s is %s, from a file and from the environment', async (text, expected) => {
  const { configuration } = await valid({ yaml: `listen: {basePath: "${text}"}\n` });
  expect(configuration.listen.basePath).toBe(expected);
  expect((await valid({ env: { TATTLE_BASE_PATH: text } })).configuration.listen.basePath).toBe(expected);
});

test.each([
  'tattle',
  '//',
  '//evil.example',
  '/tattle//',
  '/a//b',
  '/..',
  '/a/../b',
  '/.well-known',
  '/v1.2',
  '/a?b',
  '/a#b',
  '/a b',
  '/a%2Fb',
  '/a\\b',
  '/:id',
  '/*',
  'https://here.example/tattle',
  '/api',
  '/api/x',
  '/auth/',
  '/metrics',
  `/${'a'.repeat(200)}`,
])('the base path %.30s is refused', async (text) => {
  expect(await problems({ env: { TATTLE_BASE_PATH: text } })).toEqual([
    expect.stringMatching(/^TATTLE_BASE_PATH: listen\.basePath (must|expected)/),
  ]);
});

test('an empty file sets nothing', async () => {
  expect((await valid({ yaml: '# nothing yet\n' })).configuration.listen.port).toBe(7171);
});

test('a file that is not there is named, with what named it', async () => {
  const found = await problems({ file: '/nowhere/tattle.yaml', readFile: (path) => readFile(path, 'utf8') });
  expect(found).toEqual(['/nowhere/tattle.yaml: cannot be read (ENOENT); check --config or TATTLE_CONFIG']);
});

test('a webhook named in the environment stands beside those of the file, and is checked with them', async () => {
  const yaml = 'channels: [{type: webhook, name: webhook, url: "https://a.example/x"}]\n';
  const clash = await problems({ yaml, env: { TATTLE_WEBHOOK_URL: 'https://b.example/x' } });
  expect(clash).toEqual([expect.stringContaining('is the name of another channel')]);
  const wrong = await problems({ env: { TATTLE_WEBHOOK_URL: 'ftp://user:hunter2@x', TATTLE_DEDUP_TTL_SECONDS: 'x' } });
  expect(wrong.map((told) => told.slice(0, told.indexOf(':')))).toEqual([
    'TATTLE_DEDUP_TTL_SECONDS',
    'TATTLE_WEBHOOK_URL',
  ]);
  expect(wrong.join()).not.toContain('hunter2');
});

test('a pattern of redaction that cannot be compiled is told where it stands', async () => {
  const found = await problems({
    yaml: 'redaction: {patterns: [{name: ticket, pattern: "TCK-[0-9]+"}, {name: bad, pattern: "(a"}]}\n',
  });
  expect(found).toEqual([expect.stringContaining('redaction.patterns[1]')]);
});

test('the certificates of a provider lie where the file says, and are looked at in time', async () => {
  const file = '/etc/tattle/tattle.yaml';
  const yaml = [
    'access:',
    '  oidc:',
    '    issuer: https://id.example',
    '    clientId: tattle',
    '    caFile: ca.pem',
    '    grants: [{claim: groups, values: [sre], role: admin}]',
  ].join('\n');
  const beside = (certificate: string) => async (path: string) => {
    if (path === file) return yaml;
    if (path === '/etc/tattle/ca.pem' && certificate !== '') return certificate;
    throw Object.assign(new Error('nothing there'), { code: 'ENOENT' });
  };
  const { configuration } = await valid({ file, readFile: beside('-----BEGIN CERTIFICATE-----\nMII=') });
  expect(configuration.access.oidc?.caFile).toBe('/etc/tattle/ca.pem');
  expect(await problems({ file, readFile: beside('') })).toEqual([
    `${file}: access.oidc.caFile /etc/tattle/ca.pem cannot be read (ENOENT); correct the path, or who may read it`,
  ]);
  expect(await problems({ file, readFile: beside('MII=') })).toEqual([
    `${file}: access.oidc.caFile /etc/tattle/ca.pem holds no certificate; it must be PEM`,
  ]);
});

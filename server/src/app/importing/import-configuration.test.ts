import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { webhook } from '../../notify/channels/webhook/webhook.ts';
import { trustedContext } from '../../notify/testing/channel-contract.ts';
import { anEvent, aNotice } from '../../notify/testing/notices.ts';
import { loadConfiguration } from '../config.ts';
import { type Imported, type ImportedTool, importConfiguration } from './import-configuration.ts';
import type { ImportReport } from './notes.ts';

type Result = Extract<Imported, { kind: 'imported' }>;

/** Whatever it is made from, Tattle has to take it. */
async function imported(tool: ImportedTool, text: string): Promise<Result> {
  const result = importConfiguration(tool, text);
  if (result.kind === 'unreadable') throw new Error(result.problem);
  const loaded = await loadConfiguration({
    file: 'tattle.yaml',
    env: {},
    overrides: {},
    directory: '/',
    readFile: async () => result.yaml,
  });
  expect(loaded.kind === 'invalid' ? loaded.problems : []).toEqual([]);
  return result;
}

const fixture = (name: string) => readFileSync(new URL(`./testing/${name}.yaml`, import.meta.url), 'utf8');

/** The one that is made from what has this name, as the new file has it. */
function made({ yaml }: Result, path: readonly [section: 'channels' | 'sinks', name: string]): unknown {
  const settings = parse(yaml) as Record<string, { name: string }[] | undefined>;
  return settings[path[0]]?.find(({ name }) => name === path[1]);
}

const pathsOf = (report: ImportReport, kind: keyof ImportReport) => report[kind].map(({ path }) => path);

/** `when` of the rules that lead to a channel. */
function rulesTo({ yaml }: Result, channel: string): readonly string[] {
  const { notify } = parse(yaml) as {
    notify: { rules: { name: string; when: string }[]; routes: { to: string[]; rules: string[]; continue: boolean }[] };
  };
  const route = notify.routes.find(({ to }) => to.includes(channel));
  expect(route?.continue).toBe(true);
  return notify.rules.filter(({ name }) => route?.rules.includes(name)).map(({ when }) => when);
}

describe('a configuration of kubernetes-event-exporter', () => {
  const tool = 'kubernetes-event-exporter';

  it('becomes one that Tattle takes, with the parts where they belong', async () => {
    const result = await imported(tool, fixture('event-exporter'));
    expect(parse(result.yaml)).toMatchObject({
      clusters: { name: 'shop-eu-1', qps: 80, burst: 400 },
      filter: {
        namespaces: 'all',
        excludedNamespaces: ['kube-system', 'kube-public'],
        excludeReasons: ['*LeaderElection*'],
      },
      log: { level: 'error', format: 'json' },
    });
    expect(made(result, ['sinks', 'everything'])).toEqual({
      type: 'elasticsearch',
      name: 'everything',
      url: 'https://search.internal:9200/',
      basic: { username: 'elastic', password: 's3cret' },
      index: 'k8s-{date}',
      include: 'events',
    });
    expect(made(result, ['sinks', 'logs'])).toMatchObject({
      type: 'loki',
      headers: { 'X-Scope-OrgID': 'shop' },
      staticLabels: { source: 'k8s' },
    });
    expect(made(result, ['sinks', 'stream'])).toMatchObject({
      type: 'kafka',
      brokers: ['kafka-0.kafka:9092', 'kafka-1.kafka:9092'],
      topic: 'kube-events',
      compression: 'snappy',
      tls: {},
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'producer', password: 'hidden' },
      minimumSeverity: 'low',
      namespaces: ['*shop-*'],
    });
    expect(made(result, ['channels', 'ops-chat'])).toEqual({
      type: 'slack',
      name: 'ops-chat',
      botToken: 'xoxb-1-secret',
      channel: '#ops',
    });
    expect(made(result, ['channels', 'on-call'])).toEqual({
      type: 'opsgenie',
      name: 'on-call',
      apiKey: '${OPSGENIE_KEY}',
    });
    expect(made(result, ['channels', 'team'])).toMatchObject({ type: 'teams' });
    expect(made(result, ['channels', 'discord'])).toMatchObject({ type: 'discord' });
    expect(made(result, ['channels', 'hook'])).toEqual({
      type: 'webhook',
      name: 'hook',
      url: 'https://hooks.internal/events',
      format: 'template',
      template:
        '{"kind":"kube-event","text":"{{ event.object.kind }} {{ event.object.namespace }}/{{ event.object.name }}: {{ event.message }}","details":{"reason":"{{ event.reason }}","count":"{{ event.count }}"}}',
      headers: { 'X-API-KEY': 'abc', Authorization: `Basic ${Buffer.from('user:pass').toString('base64')}` },
    });
  });

  it('says in rules what led to each receiver, along the whole tree', async () => {
    const result = await imported(tool, fixture('event-exporter'));
    const notDropped = '!(event.type.matches("Normal") && event.source.matches("deployment-controller"))';
    const notTest = '!event.namespace.matches("^.*test.*$")';
    const ofTeam = '"team" in event.labels && event.labels["team"].matches("^shop$")';
    expect(rulesTo(result, 'ops-chat')).toEqual([`${ofTeam} && event.count >= 5 && ${notDropped} && ${notTest}`]);
    const outOfMemory = '(event.reason.matches("OOMKilled|BackOff") || event.condition.matches("OOMKilled|BackOff"))';
    expect(rulesTo(result, 'team')).toEqual([`${outOfMemory} && ${notDropped}`]);
    const above = `event.kind.matches("Pod|Deployment|ReplicaSet") && event.namespace.matches("shop") && ${outOfMemory}`;
    expect(rulesTo(result, 'hook')).toEqual([
      `${above} && event.message.matches("(?i)out of memory") && ${notDropped}`,
    ]);
    expect(rulesTo(result, 'discord')).toEqual([`${above} && ${notDropped}`]);
  });

  it('tells of every part what became of it', async () => {
    const { report } = await imported(tool, fixture('event-exporter'));
    expect(pathsOf(report, 'missing')).toEqual(
      expect.arrayContaining([
        'metricsNamePrefix',
        'somethingNew',
        'route.routes[4].match[0].receiver',
        'route.routes[4].match[1].kind',
        'route.routes[2].routes[0].match[1].annotations',
        'receivers[0].elasticsearch.tls.insecureSkipVerify',
        'receivers[5].webhook.headers.X-Reason',
        'receivers[8]',
        'receivers[9]',
      ]),
    );
    expect(pathsOf(report, 'changed')).toEqual(
      expect.arrayContaining([
        'logLevel',
        'maxEventAgeSeconds',
        'leaderElection',
        'route.routes[1].drop[0].namespace',
        'route.routes[1].drop[1]',
        'route.routes[2].match[0].type',
        'route.routes[2].routes[0].match[1].apiVersion',
        'receivers[0].elasticsearch.hosts',
        'receivers[3]',
        'receivers[3].slack.message',
        'receivers[5].webhook.endpoint',
      ]),
    );
    expect(pathsOf(report, 'todo')).toEqual(
      expect.arrayContaining(['receivers[0].elasticsearch.tls.caFile', 'receivers[2]', 'receivers[4].teams.endpoint']),
    );
    expect(pathsOf(report, 'taken')).toEqual(
      expect.arrayContaining(['clusterName', 'route.drop[0].namespace', 'route.routes[1].match[1]', 'receivers[3]']),
    );
  });

  it('is read from the ConfigMap that holds it, and from Helm values', async () => {
    const result = await imported(tool, fixture('event-exporter-configmap'));
    expect(parse(result.yaml)).toMatchObject({
      clusters: { watchNamespaces: ['shop'] },
      filter: { namespaces: ['shop'] },
      sinks: [
        { type: 'stdout', name: 'out' },
        { type: 'http', name: 'collector', url: 'http://collector.internal:8080/in' },
        { type: 'file', name: 'file', path: '/var/log/events.json', maxBytes: 10_485_760, keep: 3 },
      ],
      channels: [{ type: 'teams', name: 'fromenv', webhookUrl: 'https://replace-me.invalid/TEAMS_URL' }],
    });
    expect(rulesTo(result, 'fromenv')).toEqual(['true']);
    expect(pathsOf(result.report, 'missing')).toEqual(
      expect.arrayContaining(['receivers[2].sqs', 'receivers[3].syslog', 'receivers[4].slack.channel']),
    );
    const values = await imported(
      tool,
      'config:\n  receivers: [{name: a, stdout: {}}]\n  route: {match: [{receiver: a}]}',
    );
    expect(made(values, ['sinks', 'a'])).toMatchObject({ type: 'stdout' });
  });

  it('makes a template of a layout that writes JSON, whatever an event says', async () => {
    const result = await imported(tool, fixture('event-exporter'));
    const context = trustedContext();
    const event = anEvent({ message: 'a "quoted"\nline \\ {{ event.type }}' });
    const { body } = webhook.create(made(result, ['channels', 'hook']), context).preview(aNotice({ event }));
    expect(JSON.parse(body)).toEqual({
      kind: 'kube-event',
      text: `Pod shop/cart-7d9c5-abcde: ${event.message}`,
      details: { reason: 'BackOff', count: '7' },
    });
  });

  it.each(['{{ toJson .InvolvedObject.Labels }}', '{{ if .Reason }}x{{ end }}', '{% raw %}', '{{ .Message | upper }}'])(
    'does not guess what %s in a layout is',
    async (text) => {
      const config = {
        receivers: [{ name: 'a', webhook: { endpoint: 'https://x.example/', layout: { text } } }],
        route: { match: [{ reason: 'X', receiver: 'a' }] },
      };
      const result = await imported(tool, JSON.stringify(config));
      expect(made(result, ['channels', 'a'])).toMatchObject({ format: 'event' });
      expect(pathsOf(result.report, 'changed')).toContain('receivers[0].webhook.layout');
    },
  );

  it('names where each part comes from, on lines that stay comments', async () => {
    const name = JSON.stringify('x\nlisten: {port: 1}\u2028# ');
    const { yaml } = await imported(
      tool,
      `clusterName: ${name}\nreceivers: [{name: ${name}, stdout: {}}]\nroute: {match: [{receiver: ${name}}]}`,
    );
    expect(yaml).toContain('  # receivers[0]\n  - type: stdout');
    expect(parse(yaml)).not.toHaveProperty('listen');
  });

  it('leaves out what Tattle would refuse, and says why', async () => {
    const { yaml, report } = await imported(
      tool,
      'receivers: [{name: a, file: {path: relative}}, {name: b, slack: {token: "a b", channel: "#x"}}]\nroute: {match: [{receiver: a}, {receiver: b}]}',
    );
    expect(parse(yaml)).not.toHaveProperty('sinks');
    expect(parse(yaml)).not.toHaveProperty('channels');
    expect(report.missing).toEqual([
      { path: 'receivers[0]', text: expect.stringContaining('must be an absolute path') },
      { path: 'receivers[1]', text: expect.stringContaining('botToken') },
    ]);
    expect(JSON.stringify(report)).not.toContain('a b');
  });

  it.each([
    ['a tree that is deeper than any', `route: ${'{routes: ['.repeat(30)}${']}'.repeat(30)}\nreceivers: []`],
    ['aliases that make much of little', bomb()],
    ['nothing where something is expected', 'route: 7\nreceivers: {a: 1}\nlogLevel: []\nkubeQPS: x'],
    ['receivers of no kind', 'receivers: [{name: a}, {}, null, 3]\nroute: {match: [null, {receiver: a}, 5]}'],
    [
      'two of one name',
      'receivers: [{name: a, stdout: {}}, {name: A, stdout: {}}]\nroute: {match: [{receiver: a}, {receiver: A}]}',
    ],
    [
      'what everything is dropped from',
      'receivers: [{name: a, slack: {token: t, channel: c}}]\nroute: {routes: [{drop: [{}], match: [{receiver: a}]}]}',
    ],
    [
      'patterns that are too long',
      `receivers: [{name: a, slack: {token: t, channel: c}}]\nroute: {match: [{receiver: a, message: ${'x'.repeat(5000)}}]}`,
    ],
    [
      'three hundred ways',
      `receivers: [{name: a, slack: {token: t, channel: c}}]\nroute: {match: [${'{receiver: a, reason: X},'.repeat(300)}]}`,
    ],
  ])('survives %s', async (_, text) => {
    const result = importConfiguration(tool, text);
    if (result.kind === 'imported') await imported(tool, text);
    else expect(result.problem).not.toBe('');
  });

  it.each([
    ['another file', 'apiVersion: v1\nkind: Pod'],
    ['no YAML', 'a: [b'],
    ['nothing', ''],
    ['text', 'hello'],
  ])('is not %s', (_, text) => {
    expect(importConfiguration(tool, text).kind).toBe('unreadable');
  });
});

describe('a configuration of kubewatch', () => {
  it('becomes one that Tattle takes, with the parts where they belong', async () => {
    const result = await imported('kubewatch', fixture('kubewatch'));
    expect(parse(result.yaml)).toMatchObject({
      clusters: { watchNamespaces: ['shop'], customResources: ['certificates.cert-manager.io'] },
      filter: { namespaces: ['shop'], labelSelector: 'app=cart' },
      channels: [
        { type: 'slack', name: 'slack', botToken: 'xoxb-123-secret', channel: 'kube-watch' },
        { type: 'teams', name: 'msteams', webhookUrl: 'https://replace-me.invalid/TEAMS_URL' },
        { type: 'webhook', name: 'webhook', url: 'https://hooks.internal/kubewatch' },
        { type: 'slack', name: 'mattermost', webhookUrl: 'https://chat.internal/hooks/abc' },
        {
          type: 'email',
          host: 'mail.shop.example',
          port: 587,
          security: 'starttls',
          user: 'mailer',
          password: 'hidden',
          to: ['ops@shop.example', 'dev@shop.example'],
        },
      ],
    });
    expect(parse(result.yaml)).not.toHaveProperty('notify');
  });

  it('tells of every part what became of it', async () => {
    const { report } = await imported('kubewatch', fixture('kubewatch'));
    expect(pathsOf(report, 'changed')).toEqual(
      expect.arrayContaining([
        'resource',
        'handler',
        'handler.message.title',
        'handler.mattermost.room',
        'customresources',
      ]),
    );
    expect(pathsOf(report, 'missing')).toEqual(
      expect.arrayContaining(['handler.flock', 'handler.webhook.tlsskip', 'handler.smtp.auth.identity', 'unheardOf']),
    );
    expect(pathsOf(report, 'todo')).toEqual(
      expect.arrayContaining(['handler.webhook.cert', 'handler.msteams.webhookurl', 'handler.mattermost.url']),
    );
  });

  it.each([
    ['mail without a password to a plain server', 'smtp: {to: a@b.c, from: a@b.c, smarthost: "mail:25"}', 'none'],
    ['mail over TLS', 'smtp: {to: a@b.c, from: a@b.c, smarthost: "mail:465"}', 'tls'],
    ['mail as it comes', 'smtp: {to: a@b.c, from: a@b.c, smarthost: mail}', 'starttls'],
  ])('sends %s as it did', async (_, handler, security) => {
    const result = await imported('kubewatch', `handler: {${handler}}`);
    expect(made(result, ['channels', 'smtp'])).toMatchObject({ security });
  });

  it('has no channel where nothing is filled in', async () => {
    const { yaml } = await imported('kubewatch', 'handler: {slack: {token: "", channel: ""}, flock: {url: ""}}');
    expect(parse(yaml)).toEqual({ filter: { namespaces: 'all' } });
  });

  it('is not one of kubernetes-event-exporter', () => {
    expect(importConfiguration('kubewatch', fixture('event-exporter')).kind).toBe('unreadable');
    expect(importConfiguration('kubernetes-event-exporter', fixture('kubewatch')).kind).toBe('unreadable');
  });
});

function bomb(): string {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
  return `l0: &l0 [x]\n${levels.join('\n')}\nreceivers: []\nroute: {}`;
}

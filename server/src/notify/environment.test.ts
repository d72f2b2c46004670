import { describe, expect, it } from 'vitest';
import { createChannels } from './channels/index.ts';
import { webhookFromEnvironment } from './environment.ts';
import { trustedContext } from './testing/channel-contract.ts';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

describe('the webhook from the environment', () => {
  it('takes an existing event-watcher ConfigMap as it is', () => {
    const found = webhookFromEnvironment({
      EVENT_WATCHER_WEBHOOK_URL: 'http://n8n.tools.svc:5678/webhook/k8s',
      EVENT_WATCHER_CLUSTER_NAME: 'homelab',
      EVENT_WATCHER_DEDUP_TTL_SECONDS: '600',
      EVENT_WATCHER_MIN_EVENT_COUNT: '3',
      EVENT_WATCHER_INCLUDE_LOGS: 'False',
      EVENT_WATCHER_LOG_TAIL_LINES: '20',
      EVENT_WATCHER_EVENT_TYPES: 'Warning, Normal',
      EVENT_WATCHER_WATCH_REASONS: '["CrashLoopBackOff","OOMKilled"]',
      EVENT_WATCHER_EXCLUDED_NAMESPACES: 'kube-system,,kube-public,',
    });
    expect(found).toMatchObject({
      clusterName: 'homelab',
      dedupTtlSeconds: 600,
      evidence: { includeLogs: false, logTailLines: 20 },
      filter: {
        minimumCount: 3,
        eventTypes: ['Warning', 'Normal'],
        includeReasons: ['CrashLoopBackOff', 'OOMKilled'],
        excludedNamespaces: ['kube-system', 'kube-public'],
      },
      errors: [],
    });
    expect(found.warnings).toEqual([expect.stringContaining('TATTLE_NAMESPACES')]);
    const { channels, errors } = createChannels(found.channels, trustedContext());
    expect(errors).toEqual([]);
    expect(channels.map(({ name, type }) => [name, type])).toEqual([['webhook', 'webhook']]);
  });

  it('prefers its own names, and says which it overruled', () => {
    const found = webhookFromEnvironment({
      TATTLE_NAMESPACES: 'all',
      TATTLE_CLUSTER_NAME: 'new',
      EVENT_WATCHER_CLUSTER_NAME: 'old',
    });
    expect(found.clusterName).toBe('new');
    expect(found.warnings).toEqual(['EVENT_WATCHER_CLUSTER_NAME: is overruled by TATTLE_CLUSTER_NAME']);
  });

  it('reads secrets, format and authorization', () => {
    const { channels, errors } = webhookFromEnvironment({
      TATTLE_WEBHOOK_URL: 'https://hooks.example/x',
      TATTLE_WEBHOOK_SECRETS: `${SECRET}, ${SECRET}`,
      TATTLE_WEBHOOK_FORMAT: 'tattle',
      TATTLE_WEBHOOK_AUTHORIZATION: 'Bearer abc',
      TATTLE_WEBHOOK_TIMEOUT_SECONDS: '5',
    });
    expect(errors).toEqual([]);
    expect(channels).toMatchObject([{ secrets: [SECRET], format: 'tattle', headers: { Authorization: 'Bearer abc' } }]);
  });

  it('names every wrong variable at once and repeats no value', () => {
    const { errors, channels } = webhookFromEnvironment({
      EVENT_WATCHER_WEBHOOK_URL: 'https://me:s3cret@hooks.example/',
      TATTLE_WEBHOOK_SECRETS: 'whsec_s3cret',
      TATTLE_WEBHOOK_FORMAT: 's3cret',
      TATTLE_WEBHOOK_AUTHORIZATION: 's3cret\nX: y',
      TATTLE_WEBHOOK_TIMEOUT_SECONDS: 'soon',
      TATTLE_LOG_TAIL_LINES: '-1',
      TATTLE_INCLUDE_LOGS: 'maybe',
      TATTLE_MIN_EVENT_COUNT: '0',
      TATTLE_DEDUP_TTL_SECONDS: '1e3',
      TATTLE_EVENT_TYPES: '[1]',
    });
    expect(channels).toEqual([]);
    expect(errors.map((error) => error.split(':')[0]).sort()).toEqual([
      'EVENT_WATCHER_WEBHOOK_URL',
      'TATTLE_DEDUP_TTL_SECONDS',
      'TATTLE_EVENT_TYPES',
      'TATTLE_INCLUDE_LOGS',
      'TATTLE_LOG_TAIL_LINES',
      'TATTLE_MIN_EVENT_COUNT',
      'TATTLE_WEBHOOK_AUTHORIZATION',
      'TATTLE_WEBHOOK_FORMAT',
      'TATTLE_WEBHOOK_SECRETS',
      'TATTLE_WEBHOOK_TIMEOUT_SECONDS',
    ]);
    expect(errors.join()).not.toContain('s3cret');
  });

  it('says so when a secret has no webhook, and when a name is mistyped', () => {
    const { errors, warnings } = webhookFromEnvironment({
      TATTLE_WEBHOOK_SECRETS: SECRET,
      TATTLE_WEBHOOK_URI: 'https://x',
    });
    expect(errors).toEqual([expect.stringContaining('TATTLE_WEBHOOK_URL')]);
    expect(warnings).toEqual([expect.stringContaining('did you mean TATTLE_WEBHOOK_URL')]);
  });

  it('finds nothing in an environment without it', () => {
    expect(webhookFromEnvironment({ PATH: '/bin', TATTLE_WEBHOOK_URL: ' ' })).toEqual({
      channels: [],
      evidence: {},
      filter: {},
      warnings: [],
      errors: [],
    });
  });
});

describe('configured channels', () => {
  it('come with every problem of every one, by its path', () => {
    const { channels, errors } = createChannels(
      [
        { type: 'pigeon' },
        { type: 'webhook', name: 'ops', url: 'https://x.example/', sceret: 'a' },
        { type: 'webhook', name: 'ok', url: 'https://x.example/' },
        { type: 'webhook', name: 'ok', url: 'https://y.example/' },
        null,
      ],
      trustedContext(),
    );
    expect(channels.map(({ name }) => name)).toEqual(['ok']);
    expect(errors).toEqual([
      expect.stringMatching(/^channels\[0\]\.type: must be one of webhook, .*slack/),
      expect.stringContaining('channels[1].sceret: is not known; did you mean secrets?'),
      expect.stringContaining('channels[3].name: ok is the name of another'),
      expect.stringMatching(/^channels\[4\]\.type: must be one of webhook, /),
    ]);
  });
});

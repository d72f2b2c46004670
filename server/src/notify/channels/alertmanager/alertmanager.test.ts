import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../../../kit/clock.ts';
import type { Channel, IncidentNotice, Notice, ToldIncident } from '../../../model/delivery.ts';
import { channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, type FaultyEndpoint, faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aDiagnosis, anEvent, anIncident, aNotice, someAlso } from '../../testing/notices.ts';
import { alertmanager } from './alertmanager.ts';
import type { PostableAlert } from './alerts.ts';
import { readReceipt } from './labels.ts';
import { alertmanagerSettings } from './settings.ts';

const MINUTE = 60_000;
const settingsTo = (urls: readonly string[], more: object = {}) => ({
  type: 'alertmanager',
  name: 'am',
  urls,
  ...more,
});
const alertsIn = ({ body }: Pick<Received, 'body'>) => JSON.parse(body) as PostableAlert[];

/** As Alertmanager checks them. */
function assertValid(alert: PostableAlert): void {
  expect(Date.parse(alert.endsAt)).toBeGreaterThan(Date.parse(alert.startsAt));
  expect(Object.keys(alert.labels)).toContain('alertname');
  for (const set of [alert.labels, alert.annotations]) {
    for (const [name, value] of Object.entries(set)) {
      expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
      expect(value).not.toBe('');
      expect(value.isWellFormed()).toBe(true);
      expect(value.length).toBeLessThan(2000);
    }
  }
}

channelContract('alertmanager', {
  type: alertmanager,
  settings: (url) => settingsTo([url], { timeoutSeconds: 1, bearer: 'T0k3n' }),
  secret: 'T0k3n',
  accept: answers.status(200),
  verify: ({ headers, path }) => {
    expect(headers.authorization).toBe('Bearer T0k3n');
    expect(path).toMatch(/\/api\/v2\/alerts$/);
  },
  identity: (received) => JSON.stringify(alertsIn(received).map(({ labels, startsAt }) => ({ labels, startsAt }))),
  // A preview goes by the time of its notice, a message by that of its attempt.
  previewed: (received) => {
    const { at } = aNotice();
    const asPreviewed = (alert: PostableAlert) => {
      const isFiring = Date.parse(alert.endsAt) > systemClock.now();
      return isFiring ? { ...alert, endsAt: new Date(at + 5 * MINUTE).toISOString() } : alert;
    };
    return JSON.stringify(alertsIn(received).map(asPreviewed));
  },
  assertHarmless: (received) => {
    const alerts = alertsIn(received);
    expect(alerts.length).toBeGreaterThan(0);
    for (const alert of alerts) {
      assertValid(alert);
      for (const value of Object.values({ ...alert.labels, ...alert.annotations }))
        expect(value).not.toMatch(/[\p{Bidi_Control}\0]/u);
    }
  },
  silentAbout: ['digest'],
});

describe('an Alertmanager', () => {
  let endpoint: FaultyEndpoint;
  let clock: ManualClock;
  const ended = { state: 'resolved', clearedAt: null, resolvedBy: 'tattle' } as const;

  beforeEach(async () => {
    endpoint = await faultyEndpoint(answers.status(200));
    clock = new ManualClock(aNotice().at);
  });
  afterEach(() => endpoint.close());

  const channelOf = (more: object = {}) =>
    alertmanager.create(settingsTo([endpoint.url], more), { ...trustedContext(), clock });

  async function tell(notice: Notice, receipt: string | null = null, channel = channelOf()) {
    const before = endpoint.received.length;
    const attempt = { deliveryId: 'd', number: 1, at: clock.now(), receipt };
    const outcome = await channel.deliver(notice, attempt, new AbortController().signal);
    const alerts = endpoint.received.slice(before).flatMap(alertsIn);
    for (const alert of alerts) assertValid(alert);
    return { outcome, alerts, receipt: outcome.kind === 'delivered' ? (outcome.receipt ?? null) : null };
  }

  const pushed = async (channel: Channel, ...told: readonly ToldIncident[]) => {
    const before = endpoint.received.length;
    const failures = await channel.keepAlive?.push(async () => told, new AbortController().signal);
    return { failures, alerts: endpoint.received.slice(before).flatMap(alertsIn) };
  };

  it('is told what, where, since when and why, in the words of Kubernetes', async () => {
    const { alerts } = await tell(aNotice({ diagnosis: aDiagnosis() }));
    expect(alerts).toEqual([
      {
        labels: {
          alertname: 'CrashLoopBackOff',
          severity: 'high',
          cluster: 'homelab',
          namespace: 'shop',
          deployment: 'cart',
          cause: 'missing-configuration',
          tattle_incident: 'inc_1',
        },
        annotations: {
          summary: 'CrashLoopBackOff of Deployment shop/cart',
          description: 'The variable REDIS_URL is missing.',
          cause: 'missing-configuration',
          next_steps: 'Set REDIS_URL on Deployment cart',
          commands: 'kubectl -n shop describe deployment cart',
          object: 'Pod shop/cart-7d9c5-abcde',
          state: 'open',
          runbook_url: 'https://tattle.example/incidents/inc_1',
          tattle_incident: 'inc_1',
        },
        startsAt: '2026-11-20T23:44:00.000Z',
        endsAt: '2026-11-20T23:49:02.000Z',
        generatorURL: 'https://tattle.example/incidents/inc_1',
      },
    ]);
  });

  it.each([
    ['Job', 'job_name'],
    ['PersistentVolumeClaim', 'persistentvolumeclaim'],
    ['Namespace', 'namespace'],
    ['Cluster', 'cluster_name'],
    ['Severity', 'severity_name'],
    ['3scale.Config', 'object_3scale_config'],
    ['', 'object_'],
  ])('is told of a %s by the label %s', async (kind, label) => {
    const root = { kind, namespace: '', name: 'x', uid: 'u' };
    const { alerts } = await tell(aNotice({ incident: anIncident({ root }) }));
    expect(alerts[0]?.labels).toMatchObject({ [label]: 'x', severity: 'high', cluster: 'homelab' });
  });

  it('is told the end at the time when it was, under the labels that it was told before', async () => {
    const { receipt } = await tell(aNotice({ diagnosis: aDiagnosis() }));
    const resolvedAt = aNotice().at + 5 * MINUTE;
    clock.advanceTo(resolvedAt + 1000);
    // It had got worse, of which nobody was told.
    const incident = anIncident({ ...ended, resolvedAt, severity: 'critical' });
    const { alerts } = await tell(aNotice({ kind: 'resolved', incident }), receipt);
    expect(alerts).toMatchObject([{ labels: { severity: 'high' }, endsAt: new Date(resolvedAt).toISOString() }]);
  });

  it.each([
    ['it got worse', { severity: 'critical' } as const, 'worse'],
    ['its headline changed', { condition: 'OOMKilled' }, 'diagnosed'],
    ['its root is another', { root: { kind: 'Node', namespace: '', name: 'n1', uid: 'n' } }, 'worse'],
  ] as const)('is told the end of the former alert when %s, then the new one', async (_, change, kind) => {
    const opened = await tell(aNotice());
    const incident = anIncident(change);
    const { alerts, receipt } = await tell(aNotice({ kind, incident }), opened.receipt);
    expect(alerts.map(({ labels }) => labels)).toEqual([readReceipt(opened.receipt), readReceipt(receipt)]);
    expect(alerts.map(({ endsAt }) => Date.parse(endsAt) > clock.now())).toEqual([false, true]);
    expect(receipt).not.toBe(opened.receipt);
  });

  it('is told a cause that was found later beside its labels, which stay', async () => {
    const opened = await tell(aNotice());
    const { alerts, receipt } = await tell(aNotice({ kind: 'diagnosed', diagnosis: aDiagnosis() }), opened.receipt);
    expect(receipt).toBe(opened.receipt);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.labels).not.toHaveProperty('cause');
    expect(alerts[0]?.annotations).toMatchObject({ cause: 'missing-configuration' });
    const diagnosis = aDiagnosis({ cause: 'unknown' });
    const other = await tell(aNotice({ diagnosis }));
    const again = await tell(aNotice({ kind: 'diagnosed', diagnosis: aDiagnosis() }), other.receipt);
    expect(again.alerts[0]?.labels).toMatchObject({ cause: 'unknown' });
    expect(again.alerts).toHaveLength(1);
  });

  it('is told each incident of a group once', async () => {
    const also = [...someAlso(), ...someAlso(), { incident: anIncident(), kind: 'worse' as const }];
    const { alerts } = await tell(aNotice({ also }));
    expect(alerts.map(({ labels }) => labels.tattle_incident)).toEqual(['inc_1', 'inc_2', 'inc_3']);
  });

  it('adds the labels of its settings, which never stand in the way of its own', async () => {
    const channel = channelOf({ labels: { team: 'shop', deployment: 'mine' } });
    const { alerts, receipt } = await tell(aNotice(), null, channel);
    expect(alerts[0]?.labels).toMatchObject({ team: 'shop', deployment: 'cart' });
    expect(receipt).not.toContain('team');
  });

  it('gives a receipt of at most 1,000 characters, whatever it is about', async () => {
    const long = '"'.repeat(5000);
    const root = { kind: long, namespace: long, name: long, uid: long };
    const { receipt } = await tell(
      aNotice({ incident: anIncident({ root, condition: long, id: long.slice(0, 100) }) }),
    );
    expect(receipt).toBe('{}');
    expect(readReceipt(receipt)).toBeNull();
    const plain = 'x'.repeat(5000);
    const of = { kind: plain, namespace: plain, name: plain, uid: plain };
    const kept = await tell(
      aNotice({ incident: anIncident({ root: of, condition: plain, cluster: { uid: plain, name: plain } }) }),
    );
    expect(kept.receipt?.length).toBeLessThanOrEqual(1000);
    expect(readReceipt(kept.receipt)).not.toBeNull();
  });

  it.each(['not JSON', '[]', 'null', '{"alertname":1}', '{"a b":"c","alertname":"x"}'])(
    'takes %s for no receipt',
    async (receipt) => {
      expect((await tell(aNotice(), receipt)).alerts).toHaveLength(1);
    },
  );

  it('leaves a test to end by itself', async () => {
    const { outcome, alerts } = await tell(aNotice({ kind: 'test' }));
    expect(outcome).toEqual({ kind: 'delivered', statusCode: 200 });
    expect(alerts).toHaveLength(1);
  });

  it('is not told of what began with an alert, until something else has told of it', async () => {
    const echo: Partial<IncidentNotice> = { event: anEvent({ origin: 'alert' }) };
    const { outcome, alerts } = await tell(aNotice(echo));
    expect(outcome).toEqual({ kind: 'delivered', statusCode: null });
    expect(alerts).toEqual([]);
    const worse = await tell(aNotice({ kind: 'worse' }));
    expect(worse.alerts).toHaveLength(1);
    const resolved = {
      ...echo,
      kind: 'resolved',
      incident: anIncident({ ...ended, resolvedAt: clock.now() }),
    } as const;
    expect((await tell(aNotice(resolved), worse.receipt)).alerts).toHaveLength(1);
    expect((await tell(aNotice(resolved))).alerts).toEqual([]);
  });

  describe('that is kept alive', () => {
    const told = (more: Partial<ToldIncident> = {}): ToldIncident => ({
      incident: anIncident(),
      endedAt: null,
      diagnosis: null,
      event: anEvent(),
      receipt: null,
      ...more,
    });

    it('is told again what it was told, with what is known now', async () => {
      const channel = channelOf({ resolveAfterMinutes: 10 });
      const { receipt } = await tell(aNotice(), null, channel);
      clock.advanceTo(clock.now() + 9 * MINUTE);
      const incident = anIncident({ severity: 'critical', state: 'acknowledged' });
      const { alerts, failures } = await pushed(channel, told({ incident, receipt, diagnosis: aDiagnosis() }));
      expect(failures).toEqual([]);
      expect(alerts).toMatchObject([
        {
          labels: { severity: 'high' },
          annotations: { state: 'acknowledged', cause: 'missing-configuration', tattle_incident: 'inc_1' },
          endsAt: new Date(clock.now() + 10 * MINUTE).toISOString(),
        },
      ]);
    });

    it('says what is over at the same time each time', async () => {
      const channel = channelOf();
      const { receipt } = await tell(aNotice(), null, channel);
      const endedAt = clock.now();
      const ends = [];
      for (const minutes of [1, 2, 5]) {
        clock.advanceTo(endedAt + minutes * MINUTE);
        ends.push(
          ...(await pushed(channel, told({ endedAt, receipt }))).alerts.map(({ endsAt }) => Date.parse(endsAt)),
        );
      }
      expect(ends).toEqual([endedAt, endedAt, endedAt]);
    });

    it('goes by what is known now where there is no receipt', async () => {
      const { alerts } = await pushed(channelOf(), told({ receipt: '{}' }), told({ receipt: null }));
      expect(alerts.map(({ labels }) => labels.deployment)).toEqual(['cart', 'cart']);
    });

    it('sends thousands in pieces, and none where there is nothing to say', async () => {
      const incidents = Array.from({ length: 600 }, (_, i) => told({ incident: anIncident({ id: `inc_${i}` }) }));
      const { alerts } = await pushed(channelOf(), ...incidents);
      expect(new Set(alerts.map(({ labels }) => labels.tattle_incident)).size).toBe(600);
      expect(endpoint.received.map((received) => alertsIn(received).length)).toEqual([256, 256, 88]);
      expect((await pushed(channelOf())).alerts).toEqual([]);
      expect(endpoint.received).toHaveLength(3);
    });

    it('makes a delivery wait for what is being said again, which may be older', async () => {
      const channel = channelOf();
      let release: (told: readonly ToldIncident[]) => void = () => undefined;
      const read = new Promise<readonly ToldIncident[]>((resolve) => {
        release = resolve;
      });
      const pushing = channel.keepAlive?.push(() => read, new AbortController().signal);
      const incident = anIncident({ ...ended, resolvedAt: clock.now() });
      const telling = tell(aNotice({ kind: 'resolved', incident }), null, channel);
      release([told()]);
      await Promise.all([pushing, telling]);
      const isFiring = endpoint.received.flatMap(alertsIn).map(({ endsAt }) => Date.parse(endsAt) > clock.now());
      expect(isFiring).toEqual([true, false]);
    });

    it('delivers although what is to be said again cannot be read', async () => {
      const channel = channelOf();
      const broken = () => Promise.reject(new Error('the store is away'));
      await expect(channel.keepAlive?.push(broken, new AbortController().signal)).rejects.toThrow('the store is away');
      expect((await tell(aNotice(), null, channel)).alerts).toHaveLength(1);
    });
  });
});

describe('several Alertmanagers', () => {
  const endpoints: FaultyEndpoint[] = [];
  afterEach(async () => {
    await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  });

  async function tellThem(...how: readonly FaultyEndpoint['answer'][]) {
    for (const answer of how) endpoints.push(await faultyEndpoint(answer));
    const urls = endpoints.map(({ url }) => `${url}secret-prefix/`);
    const channel = alertmanager.create(settingsTo(urls, { timeoutSeconds: 1 }), trustedContext());
    const attempt = { deliveryId: 'd', number: 1, at: systemClock.now(), receipt: null };
    const outcome = await channel.deliver(aNotice(), attempt, new AbortController().signal);
    expect(JSON.stringify(outcome)).not.toContain('secret-prefix');
    return outcome;
  }
  const { status, hang } = answers;
  const host = (i: number) => `127.0.0.1:${endpoints[i]?.port}`;

  it('are all told, each at its prefix', async () => {
    expect(await tellThem(status(200), status(200))).toMatchObject({ kind: 'delivered', statusCode: 200 });
    expect(endpoints.map(({ received }) => received.map(({ path }) => path))).toEqual([
      ['/secret-prefix/api/v2/alerts'],
      ['/secret-prefix/api/v2/alerts'],
    ]);
  });

  it('are told where one of them is, and it is said which are not', async () => {
    const outcome = await tellThem(status(500), status(200), hang);
    expect(outcome).toMatchObject({ kind: 'delivered', statusCode: 200, receipt: expect.any(String) });
    const warning = outcome.kind === 'delivered' ? outcome.warning : '';
    expect(warning).toContain(`${host(0)}: HTTP 500; ${host(2)}: timeout: `);
  });

  it('are tried again where one of them may take it later', async () => {
    const outcome = await tellThem(status(410), status(429, { 'retry-after': '9' }));
    expect(outcome).toMatchObject({ kind: 'retry', statusCode: 429, retryAfterMs: 9000 });
    expect(outcome).toHaveProperty('error', `${host(0)}: HTTP 410: the endpoint wants no more; ${host(1)}: HTTP 429`);
  });

  it('are gone once all of them are', async () => {
    expect(await tellThem(status(410), status(410))).toMatchObject({ kind: 'gone', statusCode: 410 });
  });
});

describe("Alertmanager's settings", () => {
  const problems = (more: object) => {
    const parsed = alertmanagerSettings.safeParse(settingsTo(['http://alertmanager.monitoring:9093/am'], more));
    return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
  };

  it('take several members, labels and credentials', () => {
    const urls = ['http://am-0:9093', 'https://am-1/prefix/'];
    expect(problems({ urls, labels: { team: 'shop', service: 'x' }, basic: { username: 'a', password: 'b' } })).toEqual(
      [],
    );
    expect(problems({ bearer: 'abc', headers: { 'X-Scope-OrgID': 'tenant' }, resolveAfterMinutes: 30 })).toEqual([]);
  });

  it.each([
    ['urls', { urls: [] }],
    ['urls.0', { urls: ['alertmanager:9093'] }],
    ['urls.0', { urls: ['http://user:pass@am:9093'] }],
    ['urls.0', { urls: ['http://am:9093/?a=b'] }],
    ['urls.0', { urls: ['http://am:9093/api/v2/alerts'] }],
    ['labels.severity', { labels: { severity: 'page' } }],
    ['labels.tattle_incident', { labels: { tattle_incident: 'x' } }],
    ['labels.team-name', { labels: { 'team-name': 'x' } }],
    ['labels.team', { labels: { team: '' } }],
    ['bearer', { bearer: 'a b' }],
    ['bearer', { bearer: 'a', basic: { username: 'a', password: 'b' } }],
    ['headers.Content-Type', { headers: { 'Content-Type': 'x' } }],
    ['resolveAfterMinutes', { resolveAfterMinutes: 1 }],
    ['timeoutSeconds', { timeoutSeconds: 60 }],
  ])('refuse a wrong %s', (path, more) => {
    expect(problems(more)).toContain(path);
  });
});

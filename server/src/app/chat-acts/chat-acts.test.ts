/** Buttons under messages in chats, pressed over HTTP as the chats would send it, over a real store. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseAllowList } from '../../kit/address-guard.ts';
import { createGuardedConnect } from '../../kit/guarded-connect.ts';
import type { GuardedFetch, GuardedRequest } from '../../kit/guarded-fetch.ts';
import { quiet } from '../../kit/testing/quiet.ts';
import type { SignedRequest } from '../../model/button.ts';
import type { Channel } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { Command, CommandOutcome } from '../../model/incident-command.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { createChannels } from '../../notify/channels/index.ts';
import { createNoticeHandler } from '../../notify/notice-job.ts';
import { openPolicy } from '../../notify/policy/policy.ts';
import {
  discordApplication,
  discordPress,
  discordRequest,
  SIGNING_SECRET,
  slackPress,
} from '../../notify/testing/presses.ts';
import { change, created, incident, strand } from '../../store/testing/events.ts';
import { testStores } from '../../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../../store/testing/servers.ts';
import { actingOn } from '../acting.ts';
import { noticeAbout } from '../telling/notice-about.ts';
import { startStoredApi } from '../testing/stored-api.ts';
import { createChatActs } from './chat-acts.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const APPLICATION = discordApplication();
const CONVERSATION = '100000000000000001';
const PRESSER = 'slack:UA8RXUSPL@T9TK3CUKW';

const SLACK = { type: 'slack', name: 'ops', botToken: 'xoxb-1', channel: 'C0123456789', signingSecret: SIGNING_SECRET };
const DISCORD = {
  type: 'discord',
  name: 'dis',
  botToken: 'b',
  channelId: CONVERSATION,
  publicKey: APPLICATION.publicKey,
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
const open = testStores(() => server);

interface StartOptions {
  readonly channels?: readonly object[];
  readonly incidents?: readonly Incident[];
  readonly act?: (
    actual: (command: Command) => Promise<CommandOutcome>,
  ) => (command: Command) => Promise<CommandOutcome>;
}

/** Its channels were told of each incident, and their messages were taken. */
async function start({
  channels: settings = [SLACK, DISCORD],
  incidents = [anIncident('a1')],
  act,
}: StartOptions = {}) {
  const store = await open({ now: NOW });
  await store.store.commit(
    change(NOW - 60_000, {
      created: incidents.map(({ id }) => created({ uid: `event-${id}`, at: NOW - 60_000 }, id)),
      incidents,
      strands: incidents.map(({ id }) => strand(id, NOW - 60_000)),
    }),
  );
  const requests: GuardedRequest[] = [];
  const fetch: GuardedFetch = async (request) => {
    requests.push(request);
    const body = JSON.stringify({
      ok: true,
      channel: 'C0123456789',
      ts: `1700000000.${requests.length}`,
      id: '100000000000000009',
    });
    return { kind: 'response', status: 200, headers: {}, body, truncated: false };
  };
  const { allowList } = parseAllowList([]);
  const context = {
    fetch,
    connect: createGuardedConnect({ allowList }),
    clock: store.clock,
    trusted: true,
    linkTo: () => null,
  };
  const { channels, errors } = createChannels(settings, context);
  expect(errors).toEqual([]);
  const acts: Command[] = [];
  const actual = actingOn(store.store, store.clock);
  const performed = async (command: Command) => (acts.push(command), actual(command));
  const { logger, metrics, counts } = quiet();
  const chat = createChatActs({
    history: store.history,
    outbox: store.outbox,
    silences: store.silences,
    idempotency: store.idempotency,
    act: act === undefined ? performed : act(performed),
    channels: () => channels,
    clock: store.clock,
    logger,
    metrics,
  });
  onTestFinished(() => chat.close());
  const { api } = await startStoredApi(store, NOW, { chatActs: chat.acts });
  onTestFinished(() => api.close());

  /** By the real outbox. */
  async function tell(channel: Channel, told: Incident) {
    const notice = { ...(await noticeAbout(told, 'opened', NOW, store.history)), id: `msg_${told.id}` };
    await store.outbox.addDeliveries(notice, [channel.name], 'pending', NOW);
    const [claimed] = await store.outbox.claimDeliveries(1, NOW, 60_000, []);
    if (claimed === undefined) throw new Error('nothing to deliver');
    const attempt = { deliveryId: claimed.delivery.id, number: 1, at: NOW, receipt: null };
    const outcome = await channel.deliver(claimed.notice, attempt, new AbortController().signal);
    await store.outbox.finishDelivery(claimed, outcome, { status: 'delivered' }, NOW);
    const [request] = requests.splice(0);
    return valuesIn(JSON.parse(String(request?.body)));
  }

  const press = async (path: 'slack' | 'discord', { headers, body }: SignedRequest) => {
    const answer = await api.inject({
      method: 'POST',
      url: `/api/v1/interactions/${path}`,
      headers: { host: 'localhost', ...(headers as Record<string, string>) },
      payload: Buffer.from(body),
    });
    return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.body };
  };
  const later = async () => {
    for (let tries = 0; requests.length === 0 && tries < 200; tries += 1)
      await new Promise((done) => setTimeout(done, 10));
    const [request] = requests.splice(0);
    return {
      url: request?.url,
      method: request?.method,
      trusted: request?.trusted,
      json: JSON.parse(String(request?.body)),
    };
  };
  const named = (name: string) => channels.find((channel) => channel.name === name) as Channel;
  const audit = async () =>
    (await store.audit.entries({ limit: 50 })).items.map(({ actor, action, target }) => ({ actor, action, target }));
  const pressed = (act: string, outcome: string) =>
    counts.get(`tattle_button_presses_total${JSON.stringify({ act, outcome })}`) ?? 0;
  return { store, acts, requests, tell, press, later, named, audit, pressed };
}

function anIncident(id: string, more: Partial<Incident> = {}): Incident {
  return incident(id, NOW - 60_000, { openedBy: `event-${id}`, ...more });
}

/** What the buttons of a message say, by what they do, wherever the chat wants them. */
function valuesIn(message: unknown): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  JSON.parse(JSON.stringify(message), (key, value: unknown) => {
    if ((key === 'value' || key === 'custom_id') && typeof value === 'string') found[value.split(':')[0] ?? ''] = value;
    return value;
  });
  return found;
}

describe('a button in Slack', () => {
  it('acknowledges the incident, and the message says who did', async () => {
    const { store, tell, named, press, later, audit } = await start();
    const { acknowledge = '' } = await tell(named('ops'), anIncident('a1'));
    const answer = await press('slack', slackPress({ value: acknowledge, at: NOW }));
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(await store.history.incident('a1')).toMatchObject({ state: 'acknowledged' });
    expect(await store.history.log('a1')).toMatchObject([{ kind: 'acknowledged', by: 'jtorrance (Slack)' }]);
    expect(await audit()).toEqual([{ actor: PRESSER, action: 'incident.acknowledge', target: 'a1' }]);
    const { url, json, trusted } = await later();
    expect(url).toMatch(/^https:\/\/hooks\.slack\.com\/actions\//);
    expect(trusted).toBeUndefined();
    expect(json.replace_original).toBe(true);
    expect(JSON.stringify(json.blocks)).toContain('Acknowledged by jtorrance (Slack)');
    expect(Object.keys(valuesIn(json))).toEqual(['silence', 'resolve']);
  });

  it('resolves the incident, and takes the buttons away', async () => {
    const { store, tell, named, press, later, audit } = await start();
    const { resolve = '' } = await tell(named('ops'), anIncident('a1'));
    await press('slack', slackPress({ value: resolve, at: NOW }));
    expect(await store.history.incident('a1')).toMatchObject({ state: 'resolved', resolvedBy: 'jtorrance (Slack)' });
    expect(await audit()).toEqual([{ actor: PRESSER, action: 'incident.resolve', target: 'a1' }]);
    const { json } = await later();
    expect(json.text).toContain('jtorrance (Slack) resolved it');
    expect(valuesIn(json)).toEqual({});
  });

  it('silences the problem for an hour, and tells everybody', async () => {
    const { store, tell, named, press, later, audit, acts } = await start();
    const { silence = '' } = await tell(named('ops'), anIncident('a1'));
    await press('slack', slackPress({ value: silence, at: NOW }));
    const [made] = await store.silences.silences(NOW, ['active']);
    expect(made).toMatchObject({ endsAt: NOW + 3_600_000, createdBy: 'jtorrance' });
    expect(made?.matchers.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'cluster=test',
      'namespace=shop',
      'kind=Deployment',
      'name=cart',
      'condition=CrashLoopBackOff',
    ]);
    expect(await audit()).toMatchObject([{ actor: PRESSER, action: 'silence.create', target: made?.id }]);
    expect((await later()).json).toEqual({
      response_type: 'in_channel',
      replace_original: false,
      text: 'jtorrance silenced this for an hour, until 13:00 UTC.',
    });
    await press('slack', slackPress({ value: silence, at: NOW, more: { trigger_id: 'another' } }));
    expect((await later()).json.text).toBe('jtorrance silenced this already, until 13:00 UTC.');
    expect(await store.silences.silences(NOW)).toHaveLength(1);
    expect(acts).toEqual([]);
  });

  it('sends no answer but to Slack, whatever a press says', async () => {
    const { tell, named, press, requests, store } = await start();
    const { acknowledge = '' } = await tell(named('ops'), anIncident('a1'));
    for (const response_url of [
      'http://hooks.slack.com/x',
      'https://hooks.slack.com.evil.example/x',
      'http://169.254.169.254/',
      '',
      7,
    ]) {
      await press('slack', slackPress({ value: acknowledge, at: NOW, more: { response_url } }));
    }
    await new Promise((done) => setTimeout(done, 50));
    expect(requests).toEqual([]);
    expect(await store.history.incident('a1')).toMatchObject({ state: 'acknowledged' });
  });
});

describe('a button in Discord', () => {
  it('acknowledges, and the answer is the message as it is now', async () => {
    const { store, tell, named, press, audit, requests } = await start();
    const { acknowledge = '' } = await tell(named('dis'), anIncident('a1'));
    const answer = await press('discord', discordPress(APPLICATION, { value: acknowledge, at: NOW }));
    expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('application/json') });
    const { type, data } = JSON.parse(answer.body);
    expect(type).toBe(7);
    expect(data.embeds[0].description).toContain('Acknowledged by Mason (Discord)');
    expect(data.allowed_mentions).toEqual({ parse: [] });
    expect(Object.keys(valuesIn(data))).toEqual(['silence', 'resolve']);
    expect(await store.history.incident('a1')).toMatchObject({ state: 'acknowledged' });
    expect(await audit()).toEqual([
      { actor: 'discord:53908232506183680', action: 'incident.acknowledge', target: 'a1' },
    ]);
    expect(requests).toEqual([]);
  });

  it('acknowledges, and the notice that comes of it changes nothing of the message', async () => {
    const { store, tell, named, press, requests } = await start();
    const dis = named('dis');
    const { acknowledge = '' } = await tell(dis, anIncident('a1'));
    await store.notices.record({
      ...{ notice: null, to: [], status: 'pending', held: [], releases: null, jobs: [], at: NOW },
      decisions: [
        {
          ...{ noticeId: 'msg_a1', incidentId: 'a1', kind: 'opened', at: NOW, route: 'everyone', channel: 'dis' },
          ...{ verdict: 'told', reason: 'routed', because: '', until: null, by: '', rule: '', cause: null },
        },
      ],
    });
    const { data: answered } = JSON.parse(
      (await press('discord', discordPress(APPLICATION, { value: acknowledge, at: NOW }))).body,
    );
    const noticing = createNoticeHandler({
      ...{ history: store.history, notices: store.notices, silences: store.silences, queue: store.jobs },
      ...{ clock: store.clock, channels: () => [dis], policy: openPolicy, suppress: false },
    });
    const [job] = await store.jobs.claim('notice', 9, NOW, 60_000);
    if (job === undefined) throw new Error('the act queued no notice');
    const never = new AbortController().signal;
    expect(await noticing.handle(job, never)).toEqual({ kind: 'done' });
    const [claimed] = await store.outbox.claimDeliveries(9, NOW, 60_000, []);
    if (claimed === undefined) throw new Error('nobody is told');
    const attempt = { deliveryId: claimed.delivery.id, number: 1, at: NOW, receipt: claimed.receipt };
    requests.length = 0;
    expect(await dis.deliver(claimed.notice, attempt, never)).toMatchObject({ kind: 'delivered' });
    expect(requests.map(({ method }) => method)).toEqual(['PATCH']);
    expect(JSON.parse(String(requests[0]?.body))).toEqual(answered);
    expect(answered.content).toContain('Acknowledged by ');
  });

  it('resolves, and silences', async () => {
    const { store, tell, named, press } = await start();
    const { silence = '', resolve = '' } = await tell(named('dis'), anIncident('a1'));
    const silenced = await press('discord', discordPress(APPLICATION, { value: silence, at: NOW }));
    expect(JSON.parse(silenced.body)).toEqual({
      type: 4,
      data: { content: 'Mason silenced this for an hour, until 13:00 UTC.', allowed_mentions: { parse: [] } },
    });
    const resolved = JSON.parse((await press('discord', discordPress(APPLICATION, { value: resolve, at: NOW }))).body);
    expect(resolved).toMatchObject({ type: 7, data: { components: [] } });
    expect(resolved.data.content).toContain('Mason \\(Discord) resolved it'.replace('\\', ''));
    expect(await store.history.incident('a1')).toMatchObject({ state: 'resolved', resolvedBy: 'Mason (Discord)' });
  });

  it('is greeted back, as Discord tries it before it sends anything', async () => {
    const { press } = await start();
    expect(await press('discord', discordRequest(APPLICATION, '{"type":1}', NOW))).toMatchObject({
      status: 200,
      body: '{"type":1}',
    });
    const stranger = discordApplication();
    expect((await press('discord', discordRequest(stranger, '{"type":1}', NOW))).status).toBe(401);
  });

  it('is answered in time where the act takes longer, and the rest follows', async () => {
    let go: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (go = resolve));
    const slow: StartOptions['act'] = (actual) => async (command) => (await waiting, actual(command));
    const { store, tell, named, press, later } = await start({ act: slow });
    const { acknowledge = '' } = await tell(named('dis'), anIncident('a1'));
    const answer = press('discord', discordPress(APPLICATION, { value: acknowledge, at: NOW }));
    const time = setInterval(() => store.clock.advanceTo(store.clock.now() + 500), 20);
    onTestFinished(() => clearInterval(time));
    expect(JSON.parse((await answer).body)).toEqual({ type: 6 });
    go();
    const { url, method, json } = await later();
    expect(method).toBe('PATCH');
    expect(url).toBe(
      'https://discord.com/api/v10/webhooks/845027738276462632/unique_interaction_token/messages/@original',
    );
    expect(json.embeds[0].description).toContain('Acknowledged by Mason (Discord)');
  });
});

describe('nothing is done', () => {
  it('without a good signature of a configured channel', async () => {
    const { tell, named, press, acts } = await start();
    const { resolve = '' } = await tell(named('ops'), anIncident('a1'));
    const good = slackPress({ value: resolve, at: NOW });
    const refused = [
      slackPress({ value: resolve, at: NOW, secret: 'another' }),
      slackPress({ value: resolve, at: NOW - 301_000 }),
      { ...good, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      { ...good, body: slackPress({ value: resolve, at: NOW, conversation: 'C0000000002' }).body },
    ];
    for (const request of refused) {
      const { status, body } = await press('slack', request);
      expect([status, JSON.parse(body).title]).toEqual([401, 'Not signed']);
    }
    expect((await press('discord', good)).status).toBe(401);
    expect(acts).toEqual([]);
  });

  it('where no channel has a secret: its messages have no buttons', async () => {
    const { signingSecret: _, ...plain } = SLACK;
    const { tell, named, press, acts } = await start({ channels: [plain] });
    expect(await tell(named('ops'), anIncident('a1'))).toEqual({});
    const { status } = await press('slack', slackPress({ value: 'resolve:x:a1', at: NOW }));
    expect([status, acts]).toEqual([401, []]);
  });

  it('to an incident that the channel was not told of, though the press names it', async () => {
    const { tell, named, press, later, acts } = await start({ incidents: [anIncident('a1'), anIncident('b2')] });
    const { resolve = '' } = await tell(named('ops'), anIncident('a1'));
    await tell(named('dis'), anIncident('b2'));
    for (const id of ['b2', 'nowhere', "' OR '1'='1", '__proto__']) {
      await press('slack', slackPress({ value: resolve.replace('a1', id), at: NOW }));
      expect((await later()).json).toMatchObject({
        response_type: 'ephemeral',
        text: expect.stringContaining('Nothing was done'),
      });
    }
    expect(acts).toEqual([]);
  });

  it('by a button of another channel of the same app, or in another conversation', async () => {
    const dev = { ...SLACK, name: 'dev', channel: 'C0000000002', mayAct: ['U1'] };
    const { tell, named, press, acts, requests } = await start({ channels: [dev, { ...SLACK }] });
    const { resolve = '' } = await tell(named('dev'), anIncident('a1'));
    // Whoever may not act in one gains nothing by saying that it was the other.
    for (const conversation of ['C0123456789', 'C0000000003']) {
      expect(await press('slack', slackPress({ value: resolve, at: NOW, conversation }))).toMatchObject({
        status: 200,
        body: '',
      });
    }
    expect([acts, requests]).toEqual([[], []]);
  });

  it('for those whom the settings leave out', async () => {
    const mayAct = ['53908232506183681'];
    const { tell, named, press, acts, store, pressed } = await start({ channels: [{ ...DISCORD, mayAct }] });
    const values = await tell(named('dis'), anIncident('a1'));
    for (const value of Object.values(values)) {
      const { type, data } = JSON.parse((await press('discord', discordPress(APPLICATION, { value, at: NOW }))).body);
      expect([type, data.flags]).toEqual([4, 64]);
      expect(data.content).toContain('do not let you act');
    }
    expect([acts, await store.silences.silences(NOW)]).toEqual([[], []]);
    expect(['acknowledge', 'silence', 'resolve'].map((act) => pressed(act, 'refused'))).toEqual([1, 1, 1]);
  });

  it('twice, by a press that is sent again', async () => {
    const { tell, named, press, acts, store } = await start();
    const { silence = '', resolve = '' } = await tell(named('dis'), anIncident('a1'));
    const request = discordPress(APPLICATION, { value: silence, at: NOW });
    await press('discord', request);
    const [made] = await store.silences.silences(NOW, ['active']);
    await store.silences.expireSilence(made?.id ?? '', 'ada', NOW);
    const again = JSON.parse((await press('discord', request)).body);
    expect(again).toMatchObject({ type: 4, data: { flags: 64, content: expect.stringContaining('already') } });
    expect(await store.silences.silences(NOW, ['active'])).toEqual([]);
    const resolving = discordPress(APPLICATION, { value: resolve, at: NOW });
    await Promise.all(Array.from({ length: 8 }, () => press('discord', resolving)));
    expect(acts).toHaveLength(1);
  });

  it('twice, by those who press at once', async () => {
    const { tell, named, press, acts, store } = await start();
    const { acknowledge = '', silence = '' } = await tell(named('dis'), anIncident('a1'));
    const by = (id: number, value: string) =>
      press(
        'discord',
        discordPress(APPLICATION, { value, at: NOW, member: { user: { id: String(id), username: `u${id}` } } }),
      );
    const people = Array.from({ length: 10 }, (_, index) => 53908232506183600 + index * 10);
    await Promise.all(people.flatMap((id) => [by(id, acknowledge), by(id, silence)]));
    expect(acts).toHaveLength(1);
    expect((await store.history.log('a1')).filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
    expect(await store.silences.silences(NOW)).toHaveLength(1);
    // Who comes later learns who was faster.
    const { type, data } = JSON.parse((await by(53908232506183999, acknowledge)).body);
    expect(type).toBe(7);
    expect(data.embeds[0].description).toMatch(/Acknowledged by u\d+ \(Discord\)/);
    expect(acts).toHaveLength(1);
  });

  it('to what is over, and the message says so', async () => {
    const { tell, named, press, acts, store } = await start();
    const { acknowledge = '', resolve = '' } = await tell(named('dis'), anIncident('a1'));
    await actingOn(store.store, store.clock)({ kind: 'resolve', id: 'a1', by: 'ada', text: 'restarted' });
    for (const value of [acknowledge, resolve]) {
      const { type, data } = JSON.parse((await press('discord', discordPress(APPLICATION, { value, at: NOW }))).body);
      expect(type).toBe(7);
      expect(data.content).toContain('ada resolved it');
    }
    expect(acts).toEqual([]);
  });

  it('while the store is away: it can be pressed again', async () => {
    let away = true;
    const act: StartOptions['act'] = (actual) => async (command) => {
      if (away) throw new StoreUnavailable('away');
      return actual(command);
    };
    const { tell, named, press, store, pressed } = await start({ act });
    const { acknowledge = '' } = await tell(named('dis'), anIncident('a1'));
    const request = discordPress(APPLICATION, { value: acknowledge, at: NOW });
    expect(JSON.parse((await press('discord', request)).body)).toMatchObject({
      type: 4,
      data: { flags: 64, content: expect.stringContaining('store cannot be reached') },
    });
    away = false;
    expect(JSON.parse((await press('discord', request)).body).type).toBe(7);
    expect(await store.history.incident('a1')).toMatchObject({ state: 'acknowledged' });
    expect([pressed('acknowledge', 'failed'), pressed('acknowledge', 'done')]).toEqual([1, 1]);
  });

  it('where something in Tattle is broken, and whoever pressed is told that much', async () => {
    const act: StartOptions['act'] = () => async () => {
      throw new TypeError('secret inside');
    };
    const { tell, named, press, pressed } = await start({ act });
    const { acknowledge = '' } = await tell(named('dis'), anIncident('a1'));
    const { body } = await press('discord', discordPress(APPLICATION, { value: acknowledge, at: NOW }));
    expect(body).toContain('press again');
    expect(body).not.toContain('secret');
    expect(pressed('acknowledge', 'failed')).toBe(1);
  });
});

describe('what a chat sends', () => {
  it('ends at 256 KiB', async () => {
    const { press } = await start();
    const { status } = await press('slack', { headers: {}, body: Buffer.alloc(256 * 1024 + 1, 'x') });
    expect(status).toBe(413);
  });

  it('is taken under a name that is allowed, and no other', async () => {
    const { press } = await start();
    const greeting = discordRequest(APPLICATION, '{"type":1}', NOW);
    const under = (host: string) => press('discord', { ...greeting, headers: { ...greeting.headers, host } });
    expect((await under('evil.example')).status).toBe(421);
    expect((await under('localhost')).status).toBe(200);
  });

  it('is never taken from a page', async () => {
    const { press } = await start();
    const greeting = discordRequest(APPLICATION, '{"type":1}', NOW);
    const headers = { ...greeting.headers, origin: 'https://evil.example' };
    expect((await press('discord', { ...greeting, headers })).status).toBe(403);
  });
});

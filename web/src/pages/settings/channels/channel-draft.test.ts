import type { WireChannelDetail } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { channelTypes } from '../../../../../server/src/app/live-channels/channel-views.ts';
import {
  addressFields,
  anew,
  type ChannelDraft,
  changedSettings,
  draftOf,
  freeName,
  missingIn,
  newDraft,
  onTop,
  settingsIn,
} from './channel-draft.ts';
import { guideOf } from './channel-guides.ts';
import { settingsOf } from './setting-schema.ts';
import type { Written } from './written.ts';

function formOf(type: string) {
  const known = channelTypes().find((each) => each.type === type);
  if (known === undefined) throw new Error(`there is no ${type}`);
  return { guide: guideOf(type), settings: settingsOf({ schema: { ...known.schema }, secrets: [...known.secrets] }) };
}

const written = (draft: ChannelDraft, values: Readonly<Record<string, Written>>): ChannelDraft => ({
  ...draft,
  values: { ...draft.values, ...values },
});

const detail = (type: string, changes: Partial<WireChannelDetail>): WireChannelDetail => ({
  ...{ name: 'ops', type, origin: 'runtime', broken: null, settings: {}, secretsSet: [] },
  ...changes,
});

describe('a new channel', () => {
  it('is sent with what is written alone', () => {
    const email = formOf('email');
    const draft = written(newDraft(email, 'mail'), {
      host: ' smtp.example.com ',
      port: '2525',
      to: 'a@x.example\n\n b@x.example ',
      from: 'c@x.example',
      user: 'me',
      password: ' with blanks ',
    });
    expect(settingsIn(email, draft)).toEqual({
      host: 'smtp.example.com',
      port: 2525,
      to: ['a@x.example', 'b@x.example'],
      from: 'c@x.example',
      user: 'me',
      password: ' with blanks ',
    });
  });

  it('leaves out what belongs to another way', () => {
    const discord = formOf('discord');
    const draft = written(newDraft(discord, 'd'), { webhookUrl: 'https://x.example/1', channelId: '1234567890123456' });
    expect(settingsIn(discord, draft)).toEqual({ webhookUrl: 'https://x.example/1' });
    expect(settingsIn(discord, { ...draft, way: 'bot' })).toEqual({ channelId: '1234567890123456' });
  });

  it('sends pairs, several secrets, and parts that belong together', () => {
    const alertmanager = formOf('alertmanager');
    const rows = {
      labels: [{ key: 'team', value: 'shop' }],
      basic: [
        { key: 'username', value: 'u' },
        { key: 'password', value: 'p' },
      ],
    };
    expect(
      settingsIn(alertmanager, written(newDraft(alertmanager, 'a'), { urls: 'https://a.example', ...rows })),
    ).toEqual({
      urls: ['https://a.example'],
      labels: { team: 'shop' },
      basic: { username: 'u', password: 'p' },
    });
    const webhook = formOf('webhook');
    const secrets = [
      { key: '', value: 'whsec_a' },
      { key: '', value: '' },
    ];
    expect(settingsIn(webhook, written(newDraft(webhook, 'w'), { secrets }))).toEqual({ secrets: ['whsec_a'] });
  });

  it('says what is missing, of its way alone', () => {
    const slack = formOf('slack');
    const draft = newDraft(slack, ' ');
    expect(missingIn(slack, draft)).toEqual(['name', 'webhookUrl']);
    expect(missingIn(slack, { ...draft, name: 's', way: 'app' })).toEqual(['botToken', 'channel']);
  });

  it('sends a number that is none as it is, for the server to say so', () => {
    const webhook = formOf('webhook');
    expect(settingsIn(webhook, written(newDraft(webhook, 'w'), { timeoutSeconds: 'soon' }))).toEqual({
      timeoutSeconds: 'soon',
    });
  });

  it('has a name that nobody has', () => {
    expect(freeName('discord', [])).toBe('discord');
    expect(freeName('discord', ['discord', 'discord-2'])).toBe('discord-3');
  });
});

describe('a change', () => {
  const slack = formOf('slack');
  const kept = detail('slack', {
    settings: { channel: 'C1', timeoutSeconds: 5 },
    secretsSet: ['botToken', 'signingSecret'],
  });

  it('sends nothing of a secret that is kept', () => {
    const draft = draftOf(slack, kept);
    expect(draft.way).toBe('app');
    expect(settingsIn(slack, draft)).toEqual({ channel: 'C1', timeoutSeconds: 5 });
    expect(missingIn(slack, draft)).toEqual([]);
  });

  it('replaces a secret, or takes it away, on purpose alone', () => {
    const draft = draftOf(slack, kept);
    const replaced: ChannelDraft = { ...draft, secrets: { botToken: 'replaced', signingSecret: 'removed' } };
    expect(missingIn(slack, replaced)).toEqual(['botToken']);
    expect(settingsIn(slack, written(replaced, { botToken: 'xoxb-2' }))).toMatchObject({
      botToken: 'xoxb-2',
      signingSecret: null,
    });
    expect(missingIn(slack, { ...draft, secrets: { ...draft.secrets, botToken: 'removed' } })).toEqual(['botToken']);
  });

  it('takes away the secrets of the way that it leaves', () => {
    const draft = written({ ...draftOf(slack, kept), way: 'webhook' }, { webhookUrl: 'https://hooks.example/1' });
    expect(settingsIn(slack, draft)).toEqual({
      webhookUrl: 'https://hooks.example/1',
      timeoutSeconds: 5,
      botToken: null,
      signingSecret: null,
    });
  });

  it('shows every setting as it was, and sends it so', () => {
    const webhook = formOf('webhook');
    const settings = { format: 'tattle', timeoutSeconds: 3, method: 'PUT' };
    expect(settingsIn(webhook, draftOf(webhook, detail('webhook', { settings, secretsSet: ['url'] })))).toEqual(
      settings,
    );
    const alertmanager = formOf('alertmanager');
    const plain = { urls: ['https://a.example', 'https://b.example'], labels: { team: 'x' } };
    expect(settingsIn(alertmanager, draftOf(alertmanager, detail('alertmanager', { settings: plain })))).toEqual(plain);
  });

  it('is put on top of what somebody else saved meanwhile', () => {
    const draft = written(draftOf(slack, kept), { title: 'mine' });
    const after = detail('slack', { settings: { channel: 'C2', timeoutSeconds: 5 }, secretsSet: ['botToken'] });
    const mine: ChannelDraft = { ...draft, secrets: { botToken: 'replaced', signingSecret: 'removed' } };
    const both = onTop(slack, written(mine, { botToken: 'xoxb-3' }), { before: kept, after });
    expect(both.secrets).toEqual({ botToken: 'replaced' });
    expect(settingsIn(slack, both)).toEqual({ channel: 'C2', timeoutSeconds: 5, title: 'mine', botToken: 'xoxb-3' });
  });

  it('of a channel whose secrets cannot be read asks for all of them', () => {
    expect(missingIn(slack, anew(draftOf(slack, kept)))).toEqual(['botToken', 'signingSecret']);
  });

  it('knows the field that says where it leads', () => {
    expect(addressFields(slack, draftOf(slack, kept))).toEqual(['baseUrl']);
    expect(addressFields(slack, newDraft(slack, 's'))[0]).toBe('webhookUrl');
  });

  it('tells what somebody else changed meanwhile', () => {
    const after = detail('slack', { settings: { channel: 'C2', timeoutSeconds: 5 }, secretsSet: ['botToken'] });
    expect(changedSettings(kept, after)).toEqual(['channel', 'signingSecret']);
    expect(changedSettings(kept, kept)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { ChannelType } from '../../notify/channels/channel-type.ts';
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import { type Before, settle } from './channel-settings.ts';

const kind = (type: string) => CHANNEL_TYPES.find((known) => known.type === type) as ChannelType;
const SLACK: Before = {
  plain: { channel: 'C1', baseUrl: 'https://slack.example/api' },
  secret: { botToken: 'xoxb-1', signingSecret: 'sss' },
  secretNames: ['botToken', 'signingSecret'],
};
const slack = (wish: object, before: Before = SLACK) => settle(kind('slack'), 'team', { ...wish }, before);
const paths = (settled: ReturnType<typeof settle>) => (settled.ok ? [] : settled.problems.map(({ path }) => path));

describe('a new channel', () => {
  it('has its secrets apart, and no defaults that nobody wrote', () => {
    expect(settle(kind('webhook'), 'ops', { url: 'https://x.example', format: 'tattle' }, null)).toEqual({
      ok: true,
      plain: { format: 'tattle' },
      secret: { url: 'https://x.example' },
    });
  });

  it('tells every fault by its path, without a value', () => {
    const settled = settle(kind('webhook'), 'ops', { url: 'ftp://s3cret@x', formt: 'tattle', timeoutSeconds: 0 }, null);
    expect(paths(settled).sort()).toEqual(['settings.formt', 'settings.timeoutSeconds', 'settings.url']);
    expect(JSON.stringify(settled)).not.toContain('s3cret');
  });

  it('takes neither type nor name from within the settings', () => {
    const settled = settle(kind('webhook'), 'ops', { url: 'https://x.example', type: 'slack', name: 'slack:C1' }, null);
    expect(paths(settled)).toEqual(['settings.type', 'settings.name']);
  });

  it('takes what is null for left out', () => {
    expect(settle(kind('webhook'), 'ops', { url: 'https://x.example', ca: null }, null)).toMatchObject({ plain: {} });
  });
});

describe('a change', () => {
  it('keeps the secrets that it leaves out, and nothing else', () => {
    expect(slack({ channel: 'C2', baseUrl: 'https://slack.example/api' })).toEqual({
      ok: true,
      plain: { channel: 'C2', baseUrl: 'https://slack.example/api' },
      secret: SLACK.secret,
    });
  });

  it('replaces the secrets that it names, and takes away what is null', () => {
    const wish = { channel: 'C1', baseUrl: 'https://slack.example/api', botToken: 'xoxb-2', signingSecret: null };
    expect(slack(wish)).toMatchObject({ secret: { botToken: 'xoxb-2' } });
  });

  it.each([
    ['another host', { baseUrl: 'https://evil.example/api' }],
    ['another port', { baseUrl: 'https://slack.example:444/api' }],
    ['no TLS', { baseUrl: 'http://slack.example:443/api' }],
    ['the default host', {}],
    ['certificates of one’s own', { baseUrl: 'https://slack.example/api', ca: '-----BEGIN CERTIFICATE-----' }],
  ])('does not hand kept secrets to %s', (_, way) => {
    expect(paths(slack({ channel: 'C1', ...way }))).toEqual(['settings.botToken', 'settings.signingSecret']);
    const both = { botToken: 'xoxb-2', signingSecret: 'ttt' };
    expect(slack({ channel: 'C1', ...way, ...both })).toMatchObject({ ok: true, secret: both });
  });

  it('refuses certificates that are none, of which Node says nothing', () => {
    expect(paths(settle(kind('webhook'), 'ops', { url: 'https://x.example', ca: 'MIIB' }, null))).toEqual([
      'settings.ca',
    ]);
  });

  it('does not hand a kept password to another mail server', () => {
    const mail = { host: 'mail.example', user: 'u', from: 'a@x.example', to: ['b@x.example'] };
    const before: Before = { plain: mail, secret: { password: 'p' }, secretNames: ['password'] };
    const change = (wish: object) => settle(kind('email'), 'mail', { ...mail, ...wish }, before);
    expect(change({ to: ['c@x.example'] })).toMatchObject({ ok: true, secret: { password: 'p' } });
    expect(paths(change({ host: 'evil.example' }))).toEqual(['settings.password']);
  });

  it('of one whose secrets cannot be read wants each of them, or null', () => {
    const before: Before = { ...SLACK, secret: null };
    expect(paths(slack({ channel: 'C1' }, before))).toEqual(['settings.botToken', 'settings.signingSecret']);
    expect(slack({ channel: 'C1', botToken: 'xoxb-2', signingSecret: null }, before)).toMatchObject({ ok: true });
  });
});

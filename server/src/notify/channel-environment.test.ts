import { describe, expect, it } from 'vitest';
import { CHANNEL_VARIABLES, channelsFromEnvironment } from './channel-environment.ts';

describe('channels from variables', () => {
  it('are there with one variable each', () => {
    const { channels, errors } = channelsFromEnvironment({
      TATTLE_DISCORD_WEBHOOK_URL: 'https://discord.com/api/webhooks/1/token',
      TATTLE_SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x',
      TATTLE_TEAMS_WEBHOOK_URL: 'https://example.logic.azure.com/workflows/x',
      TATTLE_NTFY_URL: 'https://ntfy.sh/alerts',
      TATTLE_N8N_WEBHOOK_URL: 'http://n8n:5678/webhook/tattle',
      TATTLE_ALERTMANAGER_URLS: 'http://am-0:9093, http://am-1:9093',
    });
    expect(errors).toEqual([]);
    expect(channels).toMatchObject([
      { type: 'discord', name: 'discord' },
      { type: 'slack', name: 'slack' },
      { type: 'teams', name: 'teams' },
      { type: 'ntfy', name: 'ntfy' },
      { type: 'n8n', name: 'n8n' },
      { type: 'alertmanager', urls: ['http://am-0:9093', 'http://am-1:9093'] },
    ]);
  });

  it('may need two, and make an account for destinations', () => {
    const env = { TATTLE_TELEGRAM_BOT_TOKEN: '123456:ABCdefGHIjklMNO', TATTLE_TELEGRAM_CHAT_ID: '-100123' };
    expect(channelsFromEnvironment(env)).toMatchObject({
      channels: [{ type: 'telegram', botToken: '123456:ABCdefGHIjklMNO' }],
      accounts: { telegram: { botToken: '123456:ABCdefGHIjklMNO' } },
      errors: [],
    });
    expect(channelsFromEnvironment({ TATTLE_TELEGRAM_BOT_TOKEN: '123456:ABCdefGHIjklMNO' })).toMatchObject({
      channels: [],
      accounts: { telegram: {} },
      errors: [],
    });
  });

  it('say by name what is wrong, and never a value', () => {
    const { channels, errors } = channelsFromEnvironment({
      TATTLE_DISCORD_WEBHOOK_URL: 'discord.com/s3cret',
      TATTLE_EMAIL_TO: 'ops@example.org',
      TATTLE_NTFY_TOKEN: 'tk_s3cret',
      TATTLE_TELEGRAM_CHAT_ID: '1',
    });
    expect(channels).toEqual([]);
    const names = errors.map((error) => error.slice(0, error.indexOf(':')));
    expect(new Set(names)).toEqual(
      new Set(
        [
          'TATTLE_DISCORD_WEBHOOK_URL',
          'TATTLE_TELEGRAM_BOT_TOKEN',
          'TATTLE_SMTP_URL',
          'TATTLE_EMAIL_FROM',
          'TATTLE_EMAIL_TO',
          'TATTLE_NTFY_TOKEN',
        ].filter((name) => names.includes(name)),
      ),
    );
    expect(names).toContain('TATTLE_DISCORD_WEBHOOK_URL');
    expect(names).toContain('TATTLE_NTFY_TOKEN');
    expect(names.some((name) => name.startsWith('TATTLE_TELEGRAM'))).toBe(true);
    expect(names.some((name) => /SMTP|EMAIL/.test(name))).toBe(true);
    expect(errors.join()).not.toContain('s3cret');
  });

  it('are one of a kind', () => {
    const { errors } = channelsFromEnvironment({
      TATTLE_SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x',
      TATTLE_SLACK_BOT_TOKEN: 'xoxb-1234567890',
      TATTLE_SLACK_CHANNEL: 'C123456',
    });
    expect(errors).toEqual([expect.stringContaining('TATTLE_SLACK_WEBHOOK_URL and TATTLE_SLACK_CHANNEL')]);
  });

  it('give messages buttons, where they hold what the chat signs with', () => {
    const publicKey = 'a'.repeat(64);
    const { channels, accounts, errors } = channelsFromEnvironment({
      TATTLE_SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x',
      TATTLE_SLACK_SIGNING_SECRET: 'abc',
      TATTLE_DISCORD_BOT_TOKEN: 'b',
      TATTLE_DISCORD_PUBLIC_KEY: publicKey,
    });
    expect(errors).toEqual([]);
    expect(channels).toMatchObject([{ type: 'slack', signingSecret: 'abc' }]);
    expect(accounts).toEqual({ discord: { botToken: 'b', publicKey } });
  });

  it('are nothing where nothing is set', () => {
    const nothing = Object.fromEntries(CHANNEL_VARIABLES.map((name) => [name, ' ']));
    expect(channelsFromEnvironment(nothing)).toEqual({ channels: [], accounts: {}, errors: [] });
  });
});

import { describe, expect, it } from 'vitest';
import { emailSettings, serverOf } from './settings.ts';

const parties = { type: 'email', name: 'mail', from: 'tattle@example.org', to: ['ops@example.org'] };

function problems(more: object): readonly string[] {
  const parsed = emailSettings.safeParse({ ...parties, ...more });
  expect(JSON.stringify(parsed.error?.issues ?? [])).not.toContain('s3cret');
  return parsed.error?.issues.map((issue) => issue.path.join('.')) ?? [];
}

describe('the settings of e-mail', () => {
  it.each([
    [{ host: 'mail.example' }, { host: 'mail.example', port: 587, security: 'starttls', login: null }],
    [
      { host: 'mail.example', port: 465 },
      { port: 465, security: 'tls' },
    ],
    [
      { host: 'mail.example', security: 'none' },
      { port: 25, security: 'none' },
    ],
    [
      { host: '::1', security: 'none', user: 'u', password: 'p' },
      { host: '[::1]', login: { user: 'u', password: 'p' } },
    ],
    [
      { url: 'smtps://u%40x:s3cret%2F@Mail.Example' },
      { host: 'mail.example', port: 465, security: 'tls', login: { user: 'u@x', password: 's3cret/' } },
    ],
    [{ url: 'smtp://mail.example:2525/' }, { port: 2525, security: 'starttls' }],
    [
      { url: 'smtp://mail.example', security: 'none' },
      { port: 25, security: 'none' },
    ],
    [
      { url: 'smtp://[::1]:25', security: 'none' },
      { host: '[::1]', port: 25 },
    ],
    [{ host: '0x7f.1' }, { host: '127.0.0.1' }],
  ] as const)('take %j', (more, server) => {
    expect(problems(more)).toEqual([]);
    expect(serverOf(more)).toMatchObject(server);
  });

  it.each([
    ['fromName', { host: 'mail.example', fromName: 'Ops\r\nBcc: all@evil.example' }],
    ['host', {}],
    ['host', { host: 'mail.example:25' }],
    ['host', { host: 'user@mail.example' }],
    ['host', { host: 'mail.example/x' }],
    ['host', { url: 'smtp://mail.example', host: 'other.example' }],
    ['url', { url: 'https://mail.example' }],
    ['url', { url: 'smtp://u:s3cret@' }],
    ['url', { url: 'smtp://mail.example/s3cret' }],
    ['url', { url: 'smtp://u:%s3cret@mail.example' }],
    ['security', { url: 'smtps://mail.example', security: 'none' }],
    ['security', { host: 'mail.example', security: 'none', user: 'u', password: 's3cret' }],
    ['security', { host: '127.0.0.1.evil.example', security: 'none', user: 'u', password: 's3cret' }],
    ['password', { host: 'mail.example', user: 'u' }],
    ['user', { host: 'mail.example', password: 's3cret' }],
    ['user', { host: 'mail.example', user: 'a\r\nb', password: 's3cret' }],
    ['from', { host: 'mail.example', from: 'a@b\r\nBcc: c@d' }],
    ['from', { host: 'mail.example', from: 'Tattle <a@b>' }],
    ['to.0', { host: 'mail.example', to: ['a@b> RCPT TO:<c@d'] }],
    ['to', { host: 'mail.example', to: [] }],
    ['text', { host: 'mail.example', text: '{{ x | nonsense }}' }],
  ])('refuse a wrong %s', (path, more) => {
    expect(problems(more)).toContain(path);
  });
});

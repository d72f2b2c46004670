import { type AddressInfo, createServer } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import { configurationSchema } from '../config-schema.ts';
import { channelChecks } from './channel-check.ts';

const SECRET = 's3cr3t0s3cr3t0s3cr3t';
const NOBODY = '127.0.0.1:1';

/** By type, of a channel whose target is `host:port`; with a secret wherever the kind may have one. */
const SETTINGS: Readonly<Record<string, (target: string) => object>> = {
  webhook: (target) => ({ url: `http://${target}/${SECRET}`, headers: { authorization: SECRET } }),
  n8n: (target) => ({ url: `http://${target}/webhook/${SECRET}` }),
  slack: (target) => ({ webhookUrl: `http://${target}/services/${SECRET}` }),
  discord: (target) => ({ baseUrl: `http://${target}/${SECRET}`, botToken: SECRET, channelId: '123456789012345678' }),
  teams: (target) => ({ webhookUrl: `http://${target}/workflows?sig=${SECRET}` }),
  alertmanager: (target) => ({ urls: [`http://${target}/${SECRET}`], bearer: SECRET }),
  telegram: (target) => ({ baseUrl: `http://${target}`, botToken: `123456:${SECRET}`, chatId: 1 }),
  email: (target) => ({
    ...{ host: '127.0.0.1', port: Number(target.split(':')[1]), security: 'starttls', user: 'ops', password: SECRET },
    ...{ from: 'a@example.org', to: ['b@example.org'] },
  }),
  ntfy: (target) => ({ url: `http://${target}/${SECRET}`, token: SECRET }),
  pagerduty: (target) => ({ url: `http://${target}/${SECRET}`, routingKey: SECRET }),
  opsgenie: (target) => ({ url: `http://${target}/${SECRET}`, apiKey: SECRET }),
};

let place: string;
let received: number;
beforeEach(async () => {
  received = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.length;
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

async function checked(configuration: object) {
  const checks = await channelChecks(configurationSchema.parse(configuration), new AbortController().signal);
  expect(JSON.stringify(checks)).not.toContain(SECRET);
  return checks;
}

const one = async (settings: object) => (await checked({ channels: [{ name: 'ops', ...settings }] }))[0];

describe.each(CHANNEL_TYPES.map(({ type }) => [type] as const))('a channel of type %s', (type) => {
  const settings = (target: string) => ({ type, ...SETTINGS[type]?.(target) });

  it('is connected to, and sent nothing', async () => {
    expect(await one(settings(place))).toMatchObject({
      name: 'channel ops',
      state: 'ok',
      detail: `${place} takes connections (127.0.0.1, loopback: the configuration names it); nothing was sent`,
    });
    expect(received).toBe(0);
  });

  it('at which nobody listens fails with its host and port alone', async () => {
    expect(await one(settings(NOBODY))).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining(`${NOBODY} cannot be reached`),
      mend: `Nothing listens at ${NOBODY}: correct its address, or start what should.`,
    });
  });
});

it('speaks TLS where its settings do', async () => {
  const mail = { type: 'email', url: `smtps://${place}`, from: 'a@example.org', to: ['b@example.org'] };
  const look = one(mail);
  await expect.poll(() => received).toBeGreaterThan(0);
  expect(await look).toMatchObject({ state: 'fail' });
});

it('is fine enough while one of several takes connections', async () => {
  expect(await one({ type: 'alertmanager', urls: [`http://${place}`, `http://${NOBODY}`] })).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/takes connections .*; 127\.0\.0\.1:1 cannot be reached/),
  });
});

it('may be named by a destination', async () => {
  const accounts = { telegram: { baseUrl: `http://${place}`, botToken: `123456:${SECRET}` } };
  const routes = [{ name: 'night', to: ['telegram:-1001234567890'] }];
  expect(await checked({ accounts, notifyTo: ['telegram:42'], notify: { routes } })).toMatchObject([
    { name: 'channel telegram:42', state: 'ok' },
    { name: 'channel telegram:-1001234567890', state: 'ok' },
  ]);
});

it('of none says so', async () => {
  expect(await checked({})).toMatchObject([{ name: 'channels', state: 'skipped' }]);
});

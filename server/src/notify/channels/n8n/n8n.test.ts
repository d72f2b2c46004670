import { describe, expect, it } from 'vitest';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { answers, faultyEndpoint } from '../../testing/faulty-endpoint.ts';
import { aNotice } from '../../testing/notices.ts';
import { n8n } from './n8n.ts';
import { n8nSettings } from './settings.ts';

const SECRET = 'T0k3nInThePath';
const whsec = `whsec_${Buffer.alloc(32, 'n').toString('base64')}`;
const settings = (url: string) => ({ type: 'n8n', name: 'flows', url, secrets: [whsec], timeoutSeconds: 1 });

channelContract('n8n', {
  type: n8n,
  settings,
  secret: SECRET,
  wantsAcknowledgements: true,
  verify: ({ headers }) => expect(headers['webhook-signature']).toMatch(/^v1,/),
  identity: ({ headers }) => String(headers['webhook-id']),
  assertHarmless: ({ body }) => expect(JSON.parse(body)).toHaveProperty('timestamp'),
});

describe('n8n', () => {
  it.each([
    ['webhook', 'activate the workflow'],
    ['webhook-test', 'give the production URL'],
  ])('says what a 404 of /%s/ means', async (path, words) => {
    const endpoint = await faultyEndpoint(
      answers.json({ code: 404, message: 'The requested webhook is not registered.' }, 404),
    );
    const channel = n8n.create(settings(`${endpoint.url}${path}/${SECRET}`), trustedContext());
    const outcome = await attempt(channel, aNotice(), { secret: SECRET });
    await endpoint.close();
    expect(outcome).toMatchObject({ kind: 'retry', statusCode: 404, error: expect.stringContaining(words) });
  });

  it('has no format to choose: the workflows stand on one', () => {
    expect(n8nSettings.safeParse({ ...settings('https://n8n.example/webhook/x'), format: 'tattle' }).success).toBe(
      false,
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { DeliveryOutcome, Notice } from '../../../model/delivery.ts';
import { attempt, channelContract, trustedContext } from '../../testing/channel-contract.ts';
import { faultyEndpoint, type Received } from '../../testing/faulty-endpoint.ts';
import { aDiagnosis, aNotice, anIncident } from '../../testing/notices.ts';
import { webhookSettings } from './settings.ts';
import { webhook } from './webhook.ts';

const SECRET = 'T0k3nInThePath';
const TEMPLATE = '{ "say": "{{ message.headline }}", "why": "{{ message.why }}", "all": {{ message | json | raw }} }';
const settings = (url: string, more: object = {}) => ({
  type: 'webhook',
  name: 'own',
  url,
  format: 'template',
  template: TEMPLATE,
  timeoutSeconds: 1,
  ...more,
});

channelContract('webhook with a template', {
  wantsAcknowledgements: true,
  type: webhook,
  settings,
  secret: SECRET,
  identity: ({ headers }) => String(headers['webhook-id']),
  verify: ({ body }) => expect(Object.keys(JSON.parse(body) as object)).toEqual(['say', 'why', 'all']),
  // Whatever the text, it ends no string and adds no field.
  assertHarmless: ({ body }) => expect(Object.keys(JSON.parse(body) as object)).toEqual(['say', 'why', 'all']),
});

describe('a webhook with a template', () => {
  async function send(
    more: object,
    notice: Notice = aNotice(),
  ): Promise<{ outcome: DeliveryOutcome; received?: Received }> {
    const endpoint = await faultyEndpoint();
    try {
      const channel = webhook.create(settings(endpoint.url, more), trustedContext());
      const outcome = await attempt(channel, notice, { secret: SECRET });
      const [received] = endpoint.received;
      return { outcome, ...(received && { received }) };
    } finally {
      await endpoint.close();
    }
  }

  it('speaks to any event API: method, type and body are the user’s', async () => {
    const { received } = await send({
      method: 'PUT',
      contentType: 'text/plain; charset=utf-8',
      template: '<{{ incident.title }}>',
    });
    expect(received).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: '<CrashLoopBackOff of Deployment shop/cart>',
    });
  });

  it('sees what the native body holds', async () => {
    const template = '{"cause":"{{ diagnosis.cause }}","steps":{{ diagnosis.next_steps | json | raw }}}';
    const { received } = await send({ template }, aNotice({ diagnosis: aDiagnosis() }));
    expect(JSON.parse(received?.body ?? '')).toEqual({
      cause: 'missing-configuration',
      steps: ['Set REDIS_URL on Deployment cart'],
    });
  });

  it('writes a value with quotes within quotes as JSON', async () => {
    const { received } = await send({}, aNotice({ incident: anIncident({ title: '", "x": "\\' }) }));
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ say: 'Broken: ", "x": "\\' });
  });

  it('sends nothing that is no JSON, and says how to write it', async () => {
    const { outcome, received } = await send({ template: '{"a": {{ incident.title }}}' });
    expect(outcome).toMatchObject({ kind: 'failed', error: expect.stringContaining('does not make JSON') });
    expect(received).toBeUndefined();
    const channel = webhook.create(settings('https://hooks.example/', { template: '{' }), trustedContext());
    expect(channel.preview(aNotice())).toMatchObject({
      contentType: 'text/plain',
      body: expect.stringContaining('JSON'),
    });
  });

  it.each([
    ['template', { template: undefined }],
    ['template', { format: 'event' }],
    ['template', { template: '{% nonsense %}' }],
    ['template', { template: '{% include "/etc/passwd" %}{{ x | nonsense }}' }],
    ['contentType', { contentType: 'text/plain\r\nx: y' }],
    ['method', { method: 'DELETE' }],
  ])('refuses a wrong %s', (path, more) => {
    const parsed = webhookSettings.safeParse(settings('https://hooks.example/', more));
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});

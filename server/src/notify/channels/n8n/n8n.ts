/** n8n: the webhook in its event format under its own name, with words for what n8n's answers mean. */
import type { Channel } from '../../../model/delivery.ts';
import { type ChannelContext, defineChannel } from '../channel-type.ts';
import { createWebhook } from '../webhook/webhook.ts';
import { httpTarget } from '../target.ts';
import { type Mends, withMend } from '../with-mend.ts';
import { type N8nSettings, n8nSettings } from './settings.ts';

export const n8n = defineChannel({
  type: 'n8n',
  schema: n8nSettings,
  secrets: ['url', 'secrets', 'headers'],
  targets: ({ url }) => [httpTarget(url)],
  create: createN8n,
});

function createN8n(settings: N8nSettings, context: ChannelContext): Channel {
  const manner = { ...settings, format: 'event', contentType: 'application/json', method: 'POST' } as const;
  const channel = createWebhook('n8n', manner, context);
  const mends = mendsOf(settings.url);
  return {
    ...channel,
    deliver: async (notice, attempt, signal) => withMend(await channel.deliver(notice, attempt, signal), mends),
  };
}

/** n8n's test address answers only while somebody looks at the workflow and has it listen for one message. */
function mendsOf(url: string): Mends {
  const isTest = new URL(url).pathname.includes('/webhook-test/');
  return {
    403: 'n8n refuses the credentials of its webhook: set them as headers',
    404: isTest
      ? 'this is the test URL, which works for one message at a time: give the production URL, with /webhook/ in it'
      : 'no active workflow has this webhook: activate the workflow in n8n, and check the path and that it takes POST',
  };
}

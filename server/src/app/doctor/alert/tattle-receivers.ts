/** Which receivers of an Alertmanager lead to Tattle, as far as its configuration says so. */
import { parse } from 'yaml';
import { fields } from '../../../kit/fields.ts';

/** The path under which Tattle takes alerts in. */
export const INTAKE_PATH = '/api/v1/intake/alertmanager';

export interface WebhookReceiver {
  readonly name: string;
  /** `hidden`: newer ones show no address of a webhook. */
  readonly leads: 'to-tattle' | 'elsewhere' | 'hidden';
  /** Whether it says when an alert is over. */
  readonly saysResolved: boolean;
}

/** Those with webhooks. Null where the configuration cannot be read. */
export function webhookReceivers(configuration: string): readonly WebhookReceiver[] | null {
  const receivers = receiversIn(configuration);
  if (receivers === null) return null;
  return receivers.flatMap((receiver) => {
    const { name, webhook_configs: hooks } = fields(receiver);
    if (typeof name !== 'string' || !Array.isArray(hooks) || hooks.length === 0) return [];
    const each = hooks.map((hook: unknown) => ({
      leads: leadsOf(hook),
      resolved: fields(hook)['send_resolved'] !== false,
    }));
    const told =
      each.find(({ leads }) => leads === 'to-tattle') ?? each.find(({ leads }) => leads === 'hidden') ?? each[0];
    return [{ name, leads: told?.leads ?? 'elsewhere', saysResolved: told?.resolved ?? true }];
  });
}

function leadsOf(hook: unknown): WebhookReceiver['leads'] {
  const { url } = fields(hook);
  if (typeof url !== 'string' || url === '' || url === '<secret>') return 'hidden';
  return url.includes(INTAKE_PATH) ? 'to-tattle' : 'elsewhere';
}

function receiversIn(configuration: string): readonly unknown[] | null {
  try {
    const { receivers } = fields(parse(configuration) as unknown);
    return Array.isArray(receivers) ? (receivers as readonly unknown[]) : null;
  } catch {
    return null;
  }
}

/** Whether a route leads the alert to a receiver that is Tattle. */
import { type Check, fail, ok, warn } from '../check.ts';
import { INTAKE_PATH, type WebhookReceiver } from './tattle-receivers.ts';

/** `hooks`: null where its configuration cannot be read; then what arrives has to show it. */
export function matchedCheck(
  receivers: readonly string[],
  hooks: readonly WebhookReceiver[] | null,
  place: string,
): Check {
  const led = receivers.length === 0 ? 'no receiver' : receivers.join(', ');
  if (hooks === null) return ok('matched', `routes lead it to ${led}; which of them is Tattle cannot be read`);
  const reached = hooks.filter(({ name }) => receivers.includes(name));
  const own = reached.find(({ leads }) => leads === 'to-tattle') ?? reached.find(({ leads }) => leads === 'hidden');
  if (own !== undefined) {
    const where = own.leads === 'hidden' ? ', whose address Alertmanager does not show: what arrives will' : '';
    const detail = `a route leads it to the receiver ${own.name}${where}${besides(receivers, own.name)}`;
    if (own.saysResolved) return ok('matched', detail);
    const told = `${detail}; it has send_resolved: false, so that Tattle is never told that an alert is over`;
    return warn('matched', told, 'Set send_resolved: true on its webhook.');
  }
  const there = hooks.find(({ leads }) => leads === 'to-tattle');
  if (there === undefined) {
    const detail = `routes lead it to ${led}; no receiver of this Alertmanager is a Tattle`;
    return fail(
      'matched',
      detail,
      `Add to its configuration (${ROUTE_FIRST}):\n${receiverText(place)}\n${routeText('tattle')}`,
    );
  }
  const detail = `routes lead it to ${led}, and not to ${there.name}, which is Tattle`;
  return fail(
    'matched',
    detail,
    `Let a route lead there (${ROUTE_FIRST}), or follow an alert that one does: --label.\n${routeText(there.name)}`,
  );
}

const ROUTE_FIRST = 'as the first of its routes, so that the others go on as they are';

function besides(receivers: readonly string[], own: string): string {
  const others = receivers.filter((name) => name !== own);
  return others.length === 0 ? '' : `; it is told to ${others.join(', ')} as well`;
}

function receiverText(place: string): string {
  return [
    'receivers:',
    '  - name: tattle',
    '    webhook_configs:',
    `      - url: ${place}${INTAKE_PATH}`,
    '        send_resolved: true',
    '        max_alerts: 500',
    '        http_config:',
    '          authorization:',
    '            # tattle token create alertmanager --role reporter',
    '            credentials_file: /etc/alertmanager/tattle-token',
  ].join('\n');
}

function routeText(name: string): string {
  return ['route:', '  routes:', `    - receiver: ${JSON.stringify(name)}`, '      continue: true'].join('\n');
}

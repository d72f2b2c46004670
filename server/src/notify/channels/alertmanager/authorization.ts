/** The header by which Alertmanager, or the proxy in front of it, knows who asks. */
import type { AlertmanagerSettings } from './settings.ts';

export function authorizationOf({
  basic,
  bearer,
}: Pick<AlertmanagerSettings, 'basic' | 'bearer'>): Readonly<Record<string, string>> {
  if (bearer !== undefined) return { authorization: `Bearer ${bearer}` };
  if (basic === undefined) return {};
  const pair = Buffer.from(`${basic.username}:${basic.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

/** Which Alertmanager the doctor fires at: the one that is named, or that of a configured channel, with its credentials. */
import { alertmanagerSettings } from '../../../notify/channels/alertmanager/settings.ts';
import { authorizationOf } from '../../../notify/channels/alertmanager/authorization.ts';
import { settingsOfAll } from '../../../notify/configured.ts';
import type { TellingConfiguration } from '../channel-check.ts';
import type { AlertmanagerToAsk } from './alertmanager-api.ts';

/** Null where none is named and none is configured. */
export function alertmanagerToUse(
  named: string | undefined,
  configuration: TellingConfiguration,
): AlertmanagerToAsk | null {
  const configured = settingsOfAll({ ...configuration, to: configuration.notifyTo }).flatMap(ofChannel);
  if (named === undefined) return configured[0] ?? null;
  return configured.find(({ url }) => isSame(url, named)) ?? { url: named, headers: {} };
}

function ofChannel(settings: unknown): readonly AlertmanagerToAsk[] {
  const parsed = alertmanagerSettings.safeParse(settings);
  if (!parsed.success) return [];
  const { urls, headers, ca } = parsed.data;
  const sent = { ...authorizationOf(parsed.data), ...headers };
  return urls.map((url) => ({ url, headers: sent, ...(ca === undefined ? {} : { ca }) }));
}

/** Credentials go to the very same place only. */
function isSame(url: string, named: string): boolean {
  return URL.canParse(named) && plain(url) === plain(named);
}

function plain(url: string): string {
  return new URL(url).href.replace(/\/+$/, '');
}

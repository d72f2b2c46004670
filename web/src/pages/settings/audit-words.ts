/** What an entry of the audit trail says, in words. Pure. */

const ACTIONS: Readonly<Record<string, string>> = {
  'settings.change': 'Changed a setting',
  'token.create': 'Made a token',
  'token.revoke': 'Revoked a token',
  'session.open': 'Signed in',
  'session.close': 'Signed out',
  'delivery.replay': 'Sent deliveries again',
  'incident.acknowledge': 'Acknowledged an incident',
  'incident.resolve': 'Resolved an incident',
  'incident.note': 'Wrote a note',
  'incident.merge': 'Merged incidents',
  'incident.unmerge': 'Took a merge back',
  'incident.split': 'Split an incident',
  'silence.create': 'Made a silence',
  'silence.expire': 'Ended a silence',
  'channel.test': 'Tested a channel',
  'sink.replay': 'Sent refused records again',
};

/** One that these pages do not know stands as it is. */
export function actionWords(action: string): string {
  return Object.hasOwn(ACTIONS, action) ? (ACTIONS[action] ?? action) : action;
}

export const knownActions: readonly string[] = Object.keys(ACTIONS);

/** The page of what it was done to; null where there is none. */
export function targetPath(action: string, target: string): string | null {
  if (action.startsWith('incident.') && /^[\w-]+$/.test(target)) return `/incidents/${target}`;
  if (target.startsWith('filter.')) {
    return /amespaces$|clusterScoped$/.test(target) ? '/settings/namespaces' : '/settings/event-types';
  }
  if (target.startsWith('retention.')) return '/settings/retention';
  if (action.startsWith('token.')) return '/settings/access';
  if (action.startsWith('silence.')) return '/settings/silences';
  if (action.startsWith('sink.')) return '/settings/sinks';
  if (action.startsWith('channel.')) return '/settings/channels';
  return action.startsWith('delivery.') ? '/deliveries' : null;
}

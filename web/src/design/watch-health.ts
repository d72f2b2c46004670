/** Whether Tattle is watching: cluster by cluster, and as a whole. Silence is never shown as health. */
import type { WireStatus } from '@tattle/contract';

export type Stream = WireStatus['streams'][number];

/**
 * `well`: all is watched. `partly`: events are, something else is not. `starting`: events are about to be.
 * `blind`: events are not watched.
 */
export type WatchState = 'well' | 'partly' | 'starting' | 'blind';

export interface ClusterWatch {
  readonly uid: string;
  readonly name: string;
  readonly state: WatchState;
  readonly streams: number;
  /** How many of the streams are watched. */
  readonly watching: number;
  /** When its API server last said anything; null where it never did. */
  readonly lastHeard: string | null;
  /** What is not watched and not on its way to be: events first. */
  readonly troubles: readonly Stream[];
}

export function clusterWatches({ streams }: Pick<WireStatus, 'streams'>): readonly ClusterWatch[] {
  const byCluster = new Map<string, Stream[]>();
  for (const stream of streams) byCluster.set(stream.cluster, [...(byCluster.get(stream.cluster) ?? []), stream]);
  return [...byCluster].map(([uid, own]) => ({
    uid,
    name: own[0]?.clusterName ?? uid,
    state: stateOf(own),
    streams: own.length,
    watching: own.filter(({ health }) => health === 'watching').length,
    lastHeard: newest(own.map(({ lastHeard }) => lastHeard)),
    troubles: own.filter(isTrouble).sort((a, b) => Number(isOfEvents(b)) - Number(isOfEvents(a))),
  }));
}

/** Why nothing of it can be trusted to be health; `watching` where it can. */
export type Standing =
  | { readonly kind: 'watching'; readonly blindClusters: number }
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'blind';
      readonly because: 'store' | 'no-cluster' | 'denied' | 'unreachable' | 'nothing-monitored';
    };

export function standingOf(
  { streams, store }: Pick<WireStatus, 'streams' | 'store'>,
  nothingMonitored: boolean,
): Standing {
  if (!store.available) return { kind: 'blind', because: 'store' };
  const clusters = clusterWatches({ streams });
  if (clusters.length === 0) return { kind: 'blind', because: 'no-cluster' };
  const blind = clusters.filter(({ state }) => state === 'blind');
  if (blind.length === clusters.length) {
    const denied = blind.some(({ troubles }) => troubles.some((each) => isOfEvents(each) && each.health === 'denied'));
    return { kind: 'blind', because: denied ? 'denied' : 'unreachable' };
  }
  if (nothingMonitored) return { kind: 'blind', because: 'nothing-monitored' };
  if (clusters.every(({ state }) => state === 'blind' || state === 'starting')) return { kind: 'starting' };
  return { kind: 'watching', blindClusters: blind.length };
}

/** A gap that several streams share is one for people: a restart is one pause, not thirteen. */
export interface Pause {
  readonly key: string;
  readonly clusterName: string;
  readonly reason: WireStatus['gaps'][number]['reason'];
  readonly from: string;
  /** Null while it lasts. */
  readonly to: string | null;
  readonly streams: readonly string[];
}

/** Gaps that reach into the time after `since`, milliseconds; the newest first. */
export function pausesSince(gaps: WireStatus['gaps'], since: number): readonly Pause[] {
  const pauses = new Map<string, Pause>();
  for (const { cluster, clusterName, reason, from, to, stream } of gaps) {
    if (to !== null && Date.parse(to) < since) continue;
    const key = [cluster, reason, from.slice(0, 16), to?.slice(0, 16)].join(' ');
    const known = pauses.get(key);
    pauses.set(key, {
      key,
      clusterName,
      reason,
      from: known === undefined || from < known.from ? from : known.from,
      to: known?.to != null && to !== null && known.to > to ? known.to : to,
      streams: [...(known?.streams ?? []), stream],
    });
  }
  return [...pauses.values()].sort((a, b) => b.from.localeCompare(a.from));
}

/** `events.k8s.io/v1/events@shop`: `events in shop`. */
export function streamWords(stream: string): string {
  const [path = stream, namespace] = stream.split('@');
  const kind = path.split('/').at(-1) ?? path;
  return namespace === undefined ? kind : `${kind} in ${namespace}`;
}

export const HEALTH_WORDS: Readonly<Record<Stream['health'], string>> = {
  starting: 'Starting',
  listing: 'Listing',
  watching: 'Watching',
  stale: 'Silent for too long',
  unreachable: 'Cannot be reached',
  denied: 'Denied',
  stopped: 'Stopped',
};

export const PAUSE_WORDS: Readonly<Record<Pause['reason'], string>> = {
  'not-running': 'Tattle was not running',
  expired: 'The watch fell too far behind',
  unreachable: 'The API server could not be reached',
  silent: 'The API server was silent',
  denied: 'Watching was denied',
  restored: 'The cluster was restored from a backup',
  overload: 'There was more than could be taken',
};

function stateOf(streams: readonly Stream[]): WatchState {
  const events = streams.filter(isOfEvents);
  if (events.every(isTrouble)) return 'blind';
  if (streams.some(isTrouble)) return 'partly';
  return events.some(({ health }) => health === 'watching') ? 'well' : 'starting';
}

function isOfEvents({ stream }: Stream): boolean {
  return /(?:^|\/)events(?:@|$)/.test(stream);
}

function isTrouble({ health }: Stream): boolean {
  return health !== 'watching' && health !== 'starting' && health !== 'listing';
}

function newest(times: readonly (string | null)[]): string | null {
  const known = times.filter((time) => time !== null).sort((a, b) => a.localeCompare(b));
  return known.at(-1) ?? null;
}

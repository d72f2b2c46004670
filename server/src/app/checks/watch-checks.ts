/** What is watched of each cluster, by its streams: those that work in one line, each of the others with its mend. Pure. */
import type { ServerCheck } from '../../api/ports.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { StreamStatus, WatchHealth } from '../../model/ports/source.ts';
import { apart, APPLY } from './server-check.ts';

/** Without these there is next to nothing to tell. */
const NEEDED = /(?:^|\/)(?:events|pods)(?:@|$)|^connection$/;
/** On the way to being well: no trouble yet. */
const COMING: ReadonlySet<WatchHealth> = new Set(['starting', 'listing']);

export function watchChecks(streams: readonly StreamStatus[]): readonly ServerCheck[] {
  const byCluster = Map.groupBy(streams, ({ cluster }) => cluster.uid);
  return [...byCluster.values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : [wholeCheck(first.cluster, own), ...own.filter(isTrouble).map(troubleCheck)];
  });
}

function wholeCheck(cluster: ClusterRef, streams: readonly StreamStatus[]): ServerCheck {
  const well = streams.filter(({ health }) => health === 'watching').length;
  const coming = streams.filter(({ health }) => COMING.has(health)).length;
  const isBad = streams.some((stream) => isTrouble(stream) && isNeeded(stream));
  const state = isBad ? 'fail' : well === streams.length ? 'ok' : 'warn';
  return {
    name: `watches ${cluster.name}`,
    title: `What is watched in ${cluster.name}`,
    state,
    detail: `${well} of ${streams.length} kinds of things are watched${coming === 0 ? '' : `, ${coming} are still being listed`}`,
    last: newestOf(streams),
    mend: state === 'ok' ? '' : coming > 0 && !isBad ? 'Wait a moment.' : 'See those below that are not.',
    manifest: null,
    cluster,
  };
}

function troubleCheck(stream: StreamStatus): ServerCheck {
  const { cluster, health, detail } = stream;
  const { words, manifest } = apart(detail);
  return {
    name: `watch ${cluster.name} ${stream.stream}`,
    title: `${spoken(stream.stream)} of ${cluster.name}`,
    state: isNeeded(stream) ? 'fail' : 'warn',
    detail: words === '' ? health : `${health}: ${words}`,
    last: stream.lastHeard,
    mend: manifest === null ? MENDS[health] : APPLY,
    manifest,
    cluster,
  };
}

const MENDS: Readonly<Record<WatchHealth, string>> = {
  starting: '',
  listing: '',
  watching: '',
  stale: 'It is tried again by itself; what was missed is shown as a gap.',
  unreachable: 'It is tried again by itself. Check that the API server can be reached from here.',
  denied: 'Allow it, or leave this kind out: it is asked for again every minute.',
  stopped: 'Tattle is stopping.',
};

function newestOf(streams: readonly StreamStatus[]): number | null {
  return streams.reduce<number | null>(
    (newest, { lastHeard }) => (lastHeard === null ? newest : Math.max(newest ?? 0, lastHeard)),
    null,
  );
}

function isTrouble({ health }: StreamStatus): boolean {
  return health !== 'watching' && !COMING.has(health);
}

function isNeeded({ stream }: StreamStatus): boolean {
  return NEEDED.test(stream);
}

/** `events.k8s.io/v1/events@shop`: events in shop. */
function spoken(stream: string): string {
  const [kind = stream, namespace] = stream.split('@');
  const name = kind.split('/').at(-1) ?? kind;
  return `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

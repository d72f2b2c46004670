/** Events read straight from clusters or from a recording, where no server runs: for one command, stored nowhere. */
import { systemClock } from '../../kit/clock.ts';
import type { ClusterAccess } from '../../kube/access.ts';
import { KubeClient } from '../../kube/client.ts';
import { identifyCluster } from '../../kube/cluster-identity.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { ChangeType } from '../../observe/ports.ts';
import { configure, type RunOptions } from '../configure.ts';
import { loggerFor } from '../logger.ts';
import { VERSION } from '../version.ts';
import { answerFromBoard, type BoardAnswer } from './board-api.ts';
import { type ClusterChoice, clustersToLookAt, withoutServer } from './chosen-clusters.ts';
import { EventBoard } from './event-board.ts';
import { createEventReader, type EventReader } from './event-reader.ts';
import { followEvents } from './followed-events.ts';
import { listEvents, type ListedPlace } from './listed-events.ts';
import { recordedEvents } from './recorded-events.ts';

export interface LookOptions extends Pick<RunOptions, 'config' | 'env' | 'signal'>, ClusterChoice {
  readonly namespaces: 'all' | readonly string[];
  /** Goes on after the list: later requests see what has come meanwhile. */
  readonly follow: boolean;
}

export interface Look {
  /** `GET /api/v1/events?…` alone. */
  request(method: string, path: string): Promise<BoardAnswer>;
  /** The moment that `now` and ages are reckoned from; null: the present. */
  readonly now: number | null;
  /** What could not be seen, and why. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export type Looked =
  | { readonly kind: 'open'; readonly look: Look }
  /** `detail` says why and how to mend it. */
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

/** Rejects where the configuration or the kubeconfig cannot be used. */
export async function lookAtClusters(options: LookOptions): Promise<Looked> {
  const { configuration } = await configure(withoutServer(options), systemClock);
  const accesses = await clustersToLookAt(options, configuration, systemClock);
  const stopping = new AbortController();
  const looking: Looking = {
    options,
    board: new EventBoard(),
    read: createEventReader(configuration.redaction, systemClock),
    signal: AbortSignal.any([options.signal, stopping.signal]),
    clients: [],
    following: [],
  };
  const close = async () => {
    stopping.abort(new Error('no longer looked at'));
    for (const client of looking.clients) client.close();
    await Promise.all(looking.following);
  };
  const notes: string[] = [];
  try {
    for (const access of accesses) {
      const opened = await openCluster(access, looking);
      if (opened.kind !== 'open') {
        await close();
        return opened;
      }
      notes.push(...opened.notes);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const request: Look['request'] = async (method, path) =>
    answerFromBoard(looking.board, method, path, systemClock.now());
  return { kind: 'open', look: { request, now: null, notes, close } };
}

/** Its last events as they were when the recording ended, which is `now`. Rejects where it cannot be read. */
export async function lookAtRecording(
  options: Pick<RunOptions, 'config' | 'env' | 'signal'> & { readonly directory: string },
): Promise<Look> {
  const { configuration } = await configure(withoutServer(options), systemClock);
  const board = new EventBoard();
  const { end, broken } = await recordedEvents(options.directory, configuration.redaction, board, options.signal);
  return {
    request: async (method, path) => answerFromBoard(board, method, path, end),
    now: end,
    notes: leftOut(broken),
    close: async () => {},
  };
}

function leftOut(broken: number): readonly string[] {
  if (broken === 0) return [];
  const lines = broken === 1 ? '1 line of the recording' : `${broken} lines of the recording`;
  return [`Left out, because it cannot be read: ${lines}.`];
}

interface Looking {
  readonly options: LookOptions;
  readonly board: EventBoard;
  readonly read: EventReader;
  readonly signal: AbortSignal;
  readonly clients: KubeClient[];
  readonly following: Promise<void>[];
}

type OpenedCluster =
  | { readonly kind: 'open'; readonly notes: readonly string[] }
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

async function openCluster(access: ClusterAccess, looking: Looking): Promise<OpenedCluster> {
  const { options, board, read, signal } = looking;
  const client = new KubeClient({ access, clock: systemClock, userAgent: `tattle/${VERSION}` });
  looking.clients.push(client);
  const identity = await identifyCluster(client, access.name, signal);
  if (!identity.ok) {
    const { code, kind, message } = identity.failure;
    const isRefused = code === 401 || kind === 'credentials';
    return { kind: isRefused ? 'denied' : 'unreachable', detail: `cluster ${access.name}: ${message}` };
  }
  const cluster = identity.value;
  const take = (items: readonly unknown[], type: 'LIST' | ChangeType = 'LIST') => {
    for (const item of items) {
      const event = read(item, type, cluster);
      if (event !== null) board.put(event);
    }
  };
  const listed = await listEvents({ client, namespaces: options.namespaces, take }, signal);
  if (listed.kind !== 'listed') return { kind: listed.kind, detail: `cluster ${access.name}: ${listed.detail}` };
  if (options.follow)
    for (const place of listed.places) looking.following.push(follow(client, cluster, place, take, signal));
  return { kind: 'open', notes: listed.notes };
}

async function follow(
  client: KubeClient,
  cluster: ClusterRef,
  place: ListedPlace,
  take: Parameters<typeof followEvents>[0]['take'],
  signal: AbortSignal,
): Promise<void> {
  const logger = loggerFor({ level: 'warn', format: 'text' });
  try {
    await followEvents({ client, cluster, place, take, clock: systemClock, logger }, signal);
  } catch (error) {
    if (!signal.aborted) logger.error({ err: error }, 'the watch ended');
  }
}

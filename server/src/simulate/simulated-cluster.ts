/** A simulated cluster: recordings served as a kube-apiserver would, for the demo, for tests and for benches. */
import type { ApiResource } from '../kube/api-resource.ts';
import { resourceKey } from '../kube/recording/recorded-resource.ts';
import type { Recording } from '../kube/recording/recording.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import type { ApiRequest } from './api-request.ts';
import { startApiServer } from './api-server.ts';
import { ClusterStore } from './cluster-store.ts';
import { FaultScript, type Fault } from './faults.ts';
import { otherUid } from './lap.ts';
import { Player } from './player.ts';

export interface SimulationOptions {
  /** Played in this order; between two of them the cluster is emptied. */
  readonly recordings: readonly Recording[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Recorded seconds a second, 1 by default; Infinity for as fast as watchers read. */
  readonly speed?: number;
  /** Again and again, each lap under new uids and generated names, with versions that rise over restarts, too. */
  readonly loop?: boolean;
  /** Between two playings, 10 s by default. */
  readonly pauseMs?: number;
  /** Whether recorded times become times of the clock; by default where the speed is finite. */
  readonly shiftTimes?: boolean;
  /** Stand at the beginning until `resume`. */
  readonly paused?: boolean;
  /** 0, any free one, by default. */
  readonly port?: number;
  readonly faults?: readonly Fault[];
  readonly gitVersion?: string;
  /** False for servers before 1.34. */
  readonly streamingList?: boolean;
  readonly bookmarkMs?: number;
  /** How a watch from an expired version is answered; in the stream by default. */
  readonly expiredAnswer?: ExpiredAnswer;
}

type ExpiredAnswer = 'stream' | 'status' | 'empty';

export interface SimulatedCluster {
  readonly url: string;
  /** A kubeconfig for it, ready to be written as JSON (which is YAML). */
  readonly kubeconfig: Readonly<Record<string, unknown>>;
  /** uid of its kube-system namespace. */
  readonly clusterUid: string;
  readonly faults: FaultScript;
  readonly progress: () => Player['progress'];
  /** Resolves at the end of the last recording; with `loop`, when closed. */
  readonly played: Promise<void>;
  pause(): void;
  resume(): void;
  /** All versions given out so far expire. */
  compact(): void;
  /** etcd comes back from a backup this many versions old: connections are cut, versions have gone back. */
  restore(versions: number): void;
  setExpiredAnswer(answer: ExpiredAnswer): void;
  /** Resets open connections, those that match or all. */
  disconnect(matches?: (request: ApiRequest) => boolean): void;
  close(): Promise<void>;
}

export async function startSimulatedCluster(options: SimulationOptions): Promise<SimulatedCluster> {
  const { recordings, clock, logger, speed = 1, loop = false } = options;
  if (recordings.length === 0) throw new Error('a simulated cluster needs at least one recording');
  if (!(speed > 0)) throw new Error(`the speed of a simulated cluster is above 0, not ${speed}`);
  const faults = new FaultScript(clock, options.faults ?? []);
  const store = new ClusterStore({
    resources: resourcesOf(recordings),
    clock,
    firstVersion: firstVersion(loop, clock),
  });
  const clusterUid = recordings.find((recording) => recording.clusterUid !== null)?.clusterUid ?? ownUid(recordings);
  let expiredAnswer = options.expiredAnswer ?? 'stream';
  const stop = new AbortController();
  const lag = () => Math.max(0, ...[...server.watches].map((watch) => watch.lag()));
  const player = new Player({
    recordings,
    store,
    clock,
    speed,
    loop,
    pauseMs: options.pauseMs ?? 10_000,
    shiftTimes: options.shiftTimes ?? Number.isFinite(speed),
    lag,
    logger,
  });
  const server = await startApiServer({
    store,
    faults,
    clock,
    logger,
    readLog: (name) => player.readLog(name),
    watch: {
      bookmarkMs: options.bookmarkMs ?? 60_000,
      streamingList: options.streamingList ?? true,
      expiredAnswer: () => expiredAnswer,
    },
    gitVersion: options.gitVersion ?? 'v1.36.0',
    port: options.port ?? 0,
  });
  if (options.paused === true) player.pause();
  const played = player.run(stop.signal);
  played.catch((error: unknown) => logger.error({ error }, 'the simulated cluster stopped playing'));
  await player.ready;
  addKubeSystem(store, clusterUid, clock);
  return {
    url: server.url,
    kubeconfig: kubeconfigFor(server.url),
    clusterUid,
    faults,
    progress: () => player.progress,
    played,
    pause: () => player.pause(),
    resume: () => player.resume(),
    compact: () => store.compact(),
    restore(versions) {
      store.goBack(versions);
      server.disconnect();
    },
    setExpiredAnswer: (answer) => (expiredAnswer = answer),
    disconnect: (matches) => server.disconnect(matches),
    async close() {
      stop.abort(new Error('the simulated cluster is closed'));
      player.resume();
      await server.close();
      await played.catch(() => undefined);
    },
  };
}

const namespaces: ApiResource = {
  group: '',
  version: 'v1',
  resource: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};

/** The first recording's version of each; namespaces always, since they carry the cluster's identity. */
function resourcesOf(recordings: readonly Recording[]): ApiResource[] {
  const all = recordings.flatMap((recording) => recording.resources);
  const byKey = new Map([namespaces, ...all.toReversed()].map((resource) => [resourceKey(resource), resource]));
  return [...byKey.values()];
}

/** A loop restarted must not fall behind what its last run gave out: a hundred versions a second since 1970. */
function firstVersion(loop: boolean, clock: Clock): number {
  return loop ? Math.floor(clock.now() / 10) : 1000;
}

function ownUid(recordings: readonly Recording[]): string {
  return otherUid('simulated cluster', recordings.map((recording) => recording.name).join('/'));
}

/** Where the first recording shows none: the identity has to be there from the beginning. */
function addKubeSystem(store: ClusterStore, uid: string, clock: Clock): void {
  if (store.collection('namespaces')?.objects.has('/kube-system') === true) return;
  store.put(namespaces, {
    metadata: {
      name: 'kube-system',
      uid,
      creationTimestamp: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
      labels: { 'kubernetes.io/metadata.name': 'kube-system' },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
}

function kubeconfigFor(url: string): Readonly<Record<string, unknown>> {
  const name = 'simulated';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: url } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
}

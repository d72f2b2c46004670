/** One Kubernetes cluster as a source: object state first, then its events, each stream on its own feet. */
import { backoffDelay } from '../kit/backoff.ts';
import { type ApiResource, collectionPath, resourceId } from '../kube/api-resource.ts';
import type { Answer, KubeFailure } from '../kube/answer.ts';
import type { KubeClient } from '../kube/client.ts';
import { identifyCluster } from '../kube/cluster-identity.ts';
import { Discovery } from '../kube/discovery.ts';
import { EVENTS, WATCHED } from '../kube/known-resources.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { KindKnowledge } from '../model/slim-object.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { Intake, Source, StreamStatus } from '../model/ports/source.ts';
import type { Store } from '../model/ports/store.ts';
import { type AuditLookup, auditStream } from './audit.ts';
import { KindProgress } from './cluster-source-knowledge.ts';
import { ObjectStream, offerObservations } from './cluster-source-state.ts';
import { type Follower, type Place, PlacedStream } from './cluster-source-stream.ts';
import { EventsStream } from './events-stream.ts';
import { Poller } from './poll.ts';
import type { EventNormaliser, ObjectTracker } from './ports.ts';
import { DEFAULT_TIMINGS, Reflector, type ReflectorHandler, type ReflectorTimings } from './reflector.ts';
import { ReflectorStatus } from './reflector-status.ts';

export interface ClusterSourceSettings {
  /** Where RBAC or the wish is namespaced: one watch a namespace. `all` watches the cluster as a whole. */
  readonly namespaces: 'all' | readonly string[];
  /** Tried where the whole cluster is denied (a pod's own, a context's); empty for none. */
  readonly fallbackNamespace: string;
  /** Pushed to the API server: what they leave out is never seen nor counted. */
  readonly eventSelectors: { readonly fieldSelector?: string; readonly labelSelector?: string };
  /** CRDs beside the built-in resources, as `certificates.cert-manager.io`. */
  readonly customResources: readonly string[];
  readonly mode: 'watch' | 'poll';
  readonly pollMs: number;
  /** 0 switches the audit off. */
  readonly auditMs: number;
  /** How long events wait for object state to sync. */
  readonly syncWaitMs: number;
}

export const DEFAULT_SOURCE_SETTINGS: ClusterSourceSettings = {
  namespaces: 'all',
  fallbackNamespace: '',
  eventSelectors: {},
  customResources: [],
  mode: 'watch',
  pollMs: 30_000,
  auditMs: 600_000,
  syncWaitMs: 60_000,
};

export interface ClusterSourceOptions {
  /** The configured name: for display, and the identity where kube-system cannot be read. */
  readonly name: string;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly intake: Intake;
  readonly normalise: EventNormaliser;
  readonly tracker: ObjectTracker;
  readonly position: Store['position'];
  readonly identify: Store['identify'];
  /** Triage's filter, for the audit: what it drops is not missed. */
  readonly wanted: AuditLookup['wanted'];
  /** Called once, before any stream starts. */
  readonly onIdentified: (cluster: ClusterRef) => void;
  readonly settings: ClusterSourceSettings;
  readonly timings?: Partial<ReflectorTimings>;
}

const TICK_MS = 1000;
/** From here on the streaming list is on by default; older servers are asked for pages. */
const STREAMING_LIST_SINCE = 34;

export class ClusterSource implements Source {
  readonly #options: ClusterSourceOptions;
  readonly #discovery: Discovery;
  /** Discovery and identity: shown until they are had, and while a question of theirs stays unanswered. */
  readonly #connection: ReflectorStatus;
  readonly #streams: PlacedStream[] = [];
  #cluster: ClusterRef | null = null;
  #hasStreamingList = false;

  constructor(options: ClusterSourceOptions) {
    this.#options = options;
    this.#discovery = new Discovery(options.client);
    const unidentified = { uid: options.name, name: options.name };
    this.#connection = new ReflectorStatus(unidentified, 'connection', options.clock, options.logger);
  }

  /** Null until the API server has been reached once. */
  get cluster(): ClusterRef | null {
    return this.#cluster;
  }

  status(): readonly StreamStatus[] {
    const cluster = this.#cluster;
    const connection = this.#connection.snapshot();
    if (cluster === null || this.#streams.length === 0) return [connection];
    const streams = this.#streams.map((stream) => stream.status(cluster));
    return connection.health === 'watching' ? streams : [connection, ...streams];
  }

  async run(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const running = AbortSignal.any([signal, failed.signal]);
    try {
      const cluster = await this.#meet(running);
      await Promise.all([this.#watchState(cluster, running), this.#tick(cluster, running)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      // A bug that ended one loop must not leave the others running unseen.
      failed.abort(new Error('the source has ended'));
      this.#connection.set('stopped');
    }
  }

  async #meet(signal: AbortSignal): Promise<ClusterRef> {
    const { client, name, logger } = this.#options;
    const version = await this.#insist(() => this.#discovery.version(signal), signal);
    this.#hasStreamingList = version.minor >= STREAMING_LIST_SINCE;
    const cluster = await this.#insist(() => identifyCluster(client, name, signal), signal);
    this.#cluster = cluster;
    logger.info({ cluster: name, uid: cluster.uid, version: version.text }, 'cluster reached');
    this.#options.onIdentified(cluster);
    return cluster;
  }

  /** Asks until there is an answer: a cluster that is away at start is no reason to give up on it. */
  async #insist<T>(ask: () => Promise<Answer<T>>, signal: AbortSignal): Promise<T> {
    const { clock, random } = this.#options;
    for (let failures = 1; ; failures += 1) {
      const answer = await ask();
      signal.throwIfAborted();
      if (answer.ok) {
        this.#connection.set('watching');
        return answer.value;
      }
      this.#connection.set(isForbidden(answer.failure) ? 'denied' : 'unreachable', answer.failure.message);
      const wait = answer.failure.retryAfterMs ?? backoffDelay(DEFAULT_TIMINGS.backoff, failures, random);
      await clock.sleep(wait, signal);
    }
  }

  async #watchState(cluster: ClusterRef, signal: AbortSignal): Promise<void> {
    const known = WATCHED.map((resource) => ({
      kind: resource.kind,
      find: () => this.#discovery.choose(resource, signal),
    }));
    const custom = this.#options.settings.customResources.map((name) => ({
      kind: name,
      find: () => this.#discovery.named(name, signal),
    }));
    const tell = (kind: string, knowledge: KindKnowledge) =>
      this.#options.tracker.markKnowledge(cluster, kind, knowledge);
    const kinds = [...known, ...custom].map(({ kind, find }) => ({
      find,
      progress: new KindProgress(kind, tell),
    }));
    const running = kinds.map(({ find, progress }) => this.#followKind(cluster, find, progress, signal));
    const settled = Promise.all(kinds.map(({ progress }) => progress.settled));
    await Promise.all([...running, this.#followEvents(cluster, settled, signal)]);
  }

  async #followKind(
    cluster: ClusterRef,
    find: () => Promise<Answer<ApiResource | null>>,
    progress: KindProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const resource = await this.#insist(find, signal);
    if (resource === null) return progress.absent();
    progress.kind = resource.kind;
    const scopes = this.#scopesOf(resource);
    for (const index of scopes.keys()) progress.set(index, 'syncing');
    await Promise.all(scopes.map((places, index) => this.#followPlaces(cluster, places, progress, index, signal)));
  }

  async #followPlaces(
    cluster: ClusterRef,
    places: readonly [Place, ...Place[]],
    progress: KindProgress,
    index: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { intake, tracker, logger } = this.#options;
    const make = async (place: Place, onDenied: () => boolean) => {
      const onSynced = () => progress.set(index, 'synced');
      const handler = new ObjectStream({ cluster, ...place, intake, tracker, logger, onSynced });
      return this.#follower({
        cluster,
        place,
        stream: streamName(place, {}),
        handler,
        onDenied,
        isEvents: false,
        resume: null,
      });
    };
    await this.#runStream(
      new PlacedStream(this.#options.clock, places, make, () => progress.set(index, 'denied')),
      signal,
    );
  }

  /** Owners and nodes should be known when the first event is triaged; but events do not wait for ever. */
  async #followEvents(cluster: ClusterRef, settled: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const { clock, settings } = this.#options;
    const enough = new AbortController();
    const patience = clock.sleep(settings.syncWaitMs, AbortSignal.any([signal, enough.signal])).catch(() => undefined);
    await Promise.race([settled, patience]);
    enough.abort();
    signal.throwIfAborted();
    const resources = await this.#insist(() => this.#servedEvents(signal), signal);
    const namespaces = settings.namespaces === 'all' ? [''] : settings.namespaces;
    await Promise.all(namespaces.map((namespace) => this.#followEventsIn(cluster, namespace, resources, signal)));
  }

  async #servedEvents(signal: AbortSignal): Promise<Answer<readonly [ApiResource, ...ApiResource[]]>> {
    const answer = await this.#discovery.served(EVENTS, signal);
    if (!answer.ok) return answer;
    const [first, ...rest] = answer.value;
    return first === undefined
      ? { ok: true, value: [{ group: '', version: 'v1', resource: 'events', kind: 'Event', namespaced: true }] }
      : { ok: true, value: [first, ...rest] };
  }

  async #followEventsIn(
    cluster: ClusterRef,
    namespace: string,
    resources: readonly [ApiResource, ...ApiResource[]],
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, intake, normalise, metrics, settings, position } = this.#options;
    const [first, ...rest] = resources;
    const namespaces = this.#withFallback(namespace);
    const places = namespaces.flatMap((one) => [first, ...rest].map((resource) => ({ resource, namespace: one })));
    const make = async (place: Place, onDenied: () => boolean) => {
      const stream = streamName(place, settings.eventSelectors);
      const saved = await this.#insistOnStore(() => position(cluster.uid, stream), signal);
      const epoch = saved?.epoch ?? 0;
      const handler = new EventsStream({ cluster, stream, clock, intake, normalise, metrics, epoch });
      return this.#follower({ cluster, place, stream, handler, onDenied, isEvents: true, resume: saved });
    };
    const stream = new PlacedStream(clock, asPlaces(places), make, () => undefined);
    await Promise.all([this.#runStream(stream, signal), this.#audit(cluster, stream, signal)]);
  }

  /** A position that cannot be read just now must not become a list and a gap. */
  async #insistOnStore<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, random, logger } = this.#options;
    for (let failures = 1; ; failures += 1) {
      try {
        return await ask();
      } catch (error) {
        signal.throwIfAborted();
        logger.warn({ err: error }, 'the saved position cannot be read; trying again');
        await clock.sleep(backoffDelay(DEFAULT_TIMINGS.backoff, failures, random), signal);
      }
    }
  }

  async #runStream(stream: PlacedStream, signal: AbortSignal): Promise<void> {
    this.#streams.push(stream);
    await stream.run(signal);
  }

  #scopesOf(resource: ApiResource): (readonly [Place, ...Place[]])[] {
    const { namespaces } = this.#options.settings;
    if (!resource.namespaced) return [[{ resource, namespace: '' }]];
    const wanted = namespaces === 'all' ? [''] : namespaces;
    return wanted.map((namespace) =>
      asPlaces(this.#withFallback(namespace).map((one) => ({ resource, namespace: one }))),
    );
  }

  #withFallback(namespace: string): readonly string[] {
    const { fallbackNamespace } = this.#options.settings;
    return namespace === '' && fallbackNamespace !== '' ? ['', fallbackNamespace] : [namespace];
  }

  #follower(plan: {
    cluster: ClusterRef;
    place: Place;
    stream: string;
    handler: ReflectorHandler;
    onDenied: () => boolean;
    isEvents: boolean;
    resume: { readonly resourceVersion: string; readonly at: number } | null;
  }): Follower {
    const { client, clock, random, logger, metrics, settings, timings } = this.#options;
    const common = {
      ...{ client, clock, random, logger, metrics },
      ...{ cluster: plan.cluster, stream: plan.stream, handler: plan.handler, onDenied: plan.onDenied },
      ...plan.place,
      selectors: plan.isEvents ? settings.eventSelectors : {},
      resume: plan.resume,
      ...(timings === undefined ? {} : { timings }),
    };
    if (settings.mode === 'poll') return new Poller({ ...common, everyMs: settings.pollMs, onlyNews: plan.isEvents });
    return new Reflector({ ...common, streamingList: this.#hasStreamingList });
  }

  async #tick(cluster: ClusterRef, signal: AbortSignal): Promise<void> {
    const { clock, tracker, intake, logger } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal);
      try {
        await offerObservations(intake, cluster, tracker.tick(cluster, clock.now()), 0, tracker.takeChanges(cluster));
      } catch (error) {
        signal.throwIfAborted();
        logger.error({ err: error, cluster: cluster.name }, 'the detectors failed on a tick');
      }
    }
  }

  async #audit(cluster: ClusterRef, stream: PlacedStream, signal: AbortSignal): Promise<void> {
    const { settings, clock, random } = this.#options;
    if (settings.auditMs <= 0) return;
    while (!signal.aborted) {
      // Clusters and replicas that started together do not audit together.
      await clock.sleep(settings.auditMs * (0.8 + 0.4 * random()), signal);
      const place = stream.place;
      if (place !== null && stream.status(cluster).health === 'watching') await this.#auditOnce(cluster, place, signal);
    }
  }

  async #auditOnce(cluster: ClusterRef, place: Place, signal: AbortSignal): Promise<void> {
    const { client, intake, metrics, normalise, settings, identify, position, wanted, logger } = this.#options;
    const stream = streamName(place, settings.eventSelectors);
    const target = {
      path: collectionPath(place.resource, place.namespace),
      selectors: { ...settings.eventSelectors },
    };
    const lookup = { identify, position, wanted };
    try {
      const audited = { client, cluster, stream, target, normalise, intake, metrics, lookup };
      const result = await auditStream(audited, signal);
      if (result.kind === 'audited' && result.missed > 0) {
        logger.warn({ cluster: cluster.name, stream, ...result }, 'the audit found events that the watch had missed');
      } else logger.debug({ cluster: cluster.name, stream, ...result }, 'audit done');
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ err: error, cluster: cluster.name, stream }, 'the audit could not be finished');
    }
  }
}

/** The selectors belong to the name: a position under one filter says nothing about another. */
function streamName(place: Place, selectors: ClusterSourceSettings['eventSelectors']): string {
  const scope = place.namespace === '' ? '' : `@${place.namespace}`;
  const query = new URLSearchParams({ ...selectors }).toString();
  return `${resourceId(place.resource)}${scope}${query === '' ? '' : `?${query}`}`;
}

function asPlaces(places: readonly Place[]): readonly [Place, ...Place[]] {
  const [first, ...rest] = places;
  if (first === undefined) throw new RangeError('a stream needs a place to be watched in');
  return [first, ...rest];
}

function isForbidden(failure: KubeFailure): boolean {
  return failure.code === 401 || failure.code === 403;
}

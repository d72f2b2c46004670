/** Replays a recording through the pipeline as fast as it can: what watching that cluster would have brought, on the recording's own clock. */
import type { ApiResource } from '../kube/api-resource.ts';
import type { MergedLine } from '../kube/recording/merge-files.ts';
import type { BrokenLine, RecordedLine } from '../kube/recording/recorded-line.ts';
import { splitGroupVersion, WATCHED } from '../kube/known-resources.ts';
import { isEventResource, resourceKey } from '../kube/recording/recorded-resource.ts';
import { RecordedState } from '../kube/recording/recorded-state.ts';
import type { Recording } from '../kube/recording/recording.ts';
import type { ManualClock } from '../kit/clock.ts';
import type { ClusterRef } from '../model/object-ref.ts';
import type { Arrival, Observation } from '../model/observation.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import type { Intake, Source, StreamStatus } from '../model/ports/source.ts';
import type { Logger } from '../model/ports/process.ts';
import type { EventNormaliser, ObjectTracker } from './ports.ts';
import { recordedReader } from './replay-reader.ts';

export interface ReplayOptions {
  readonly recording: Recording;
  /** Started at or before the recording's base time; the replay alone moves it. */
  readonly clock: ManualClock;
  readonly intake: Intake;
  readonly normalise: EventNormaliser;
  readonly tracker: ObjectTracker;
  /** Resolves when everything offered is committed and every job due by the clock is done. */
  readonly settle: () => Promise<void>;
  /** How far the clock goes on past the last line, so that what ended can resolve. */
  readonly holdDownMs: number;
  /** CRDs to watch beside the built-in resources, as `certificates.cert-manager.io`: what a live source would be told. */
  readonly customResources: readonly string[];
  readonly logger: Logger;
}

export interface Replay extends Source {
  readonly cluster: ClusterRef;
  /** The recorded cluster at the clock's current moment. */
  readonly reader: ClusterReader;
  report(): ReplayReport;
}

export interface ReplayReport {
  readonly lines: number;
  readonly broken: number;
  /** The first of them, each with file, line and reason. */
  readonly brokenExamples: readonly string[];
  readonly finished: boolean;
}

/** Work is committed at the end of each stretch of this length, so that jobs see the cluster as it was then. */
const STRETCH_MS = 250;
const TICK_MS = 1000;
/** Through long silences time is taken in larger steps. */
const SILENCE_MS = 3_600_000;
const SILENT_TICK_MS = 60_000;
/** Arrivals held before they are offered, whatever the stretch. */
const HELD_ARRIVALS = 500;
const BROKEN_EXAMPLES = 20;

export function createReplay(options: ReplayOptions): Replay {
  return new RecordingReplay(options);
}

/** The uid of the recorded kube-system namespace, else the folder's name. */
function clusterOf(recording: Recording): ClusterRef {
  return { uid: recording.clusterUid ?? recording.name, name: recording.name };
}

class RecordingReplay implements Replay {
  readonly cluster: ClusterRef;
  readonly reader: ClusterReader;
  readonly #options: ReplayOptions;
  readonly #state: RecordedState;
  /** Keys of the resources that a live source would watch. */
  readonly #tracked: ReadonlySet<string>;
  #nextTick: number;
  #arrivals: Arrival[] = [];
  #observed = 0;
  #lines = 0;
  #broken = 0;
  readonly #brokenExamples: string[] = [];
  #phase: 'starting' | 'watching' | 'stopped' = 'starting';
  #finished = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.cluster = clusterOf(options.recording);
    this.#state = new RecordedState(options.recording.resources.filter(isReadable));
    this.#tracked = new Set(
      options.recording.resources.filter((each) => isWatched(each, options.customResources)).map(resourceKey),
    );
    this.reader = recordedReader(options.recording, this.#state);
    this.#nextTick = options.recording.baseTime + TICK_MS;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { recording, clock, holdDownMs, logger } = this.#options;
    this.#markKnowledge();
    clock.advanceTo(recording.baseTime);
    this.#phase = 'watching';
    try {
      for await (const merged of recording.lines((resource) => this.#isWanted(resource))) {
        if (signal.aborted) return;
        await this.#advance(recording.baseTime + Math.round(merged.line.t * 1000), signal);
        this.#apply(merged);
        if (this.#arrivals.length >= HELD_ARRIVALS) await this.#offer();
      }
      await this.#advance(clock.now() + holdDownMs, signal);
      await this.#commit();
      this.#finished = !signal.aborted;
      logger.info({ recording: recording.name, ...this.report() }, 'the recording is replayed');
    } finally {
      this.#phase = 'stopped';
    }
  }

  status(): readonly StreamStatus[] {
    const now = this.#options.clock.now();
    return [
      {
        cluster: this.cluster,
        stream: `recording ${this.#options.recording.name}`,
        health: this.#phase,
        since: this.#options.recording.baseTime,
        lastHeard: this.#phase === 'starting' ? null : now,
        detail: this.#broken === 0 ? '' : `${this.#broken} lines could not be read: ${this.#brokenExamples.join('; ')}`,
      },
    ];
  }

  report(): ReplayReport {
    return {
      lines: this.#lines,
      broken: this.#broken,
      brokenExamples: this.#brokenExamples,
      finished: this.#finished,
    };
  }

  /** One event stream counts: the other API group's file tells the same events again. */
  #isWanted(resource: ApiResource): boolean {
    return isReadable(resource) || this.#isEventStream(resource);
  }

  #isEventStream(resource: ApiResource): boolean {
    const { eventResource } = this.#options.recording;
    return eventResource !== null && resourceKey(resource) === resourceKey(eventResource);
  }

  #markKnowledge(): void {
    const { tracker, recording, customResources } = this.#options;
    const tracked = recording.resources.filter((resource) => this.#tracked.has(resourceKey(resource)));
    const recorded = new Set(tracked.flatMap((resource) => [resource.kind, resourceKey(resource)]));
    // A file without a LIST never says which objects there are: its kind stays unsynced.
    for (const { kind } of tracked) tracker.markKnowledge(this.cluster, kind, 'syncing');
    for (const kind of [...WATCHED.map((resource) => resource.kind), ...customResources]) {
      if (!recorded.has(kind)) tracker.markKnowledge(this.cluster, kind, 'not-watched');
    }
  }

  /** Moves the clock to `time`: commits what the passed stretch held and ticks at every second on the way. */
  async #advance(time: number, signal: AbortSignal): Promise<void> {
    const { clock, tracker } = this.#options;
    while (this.#nextTick <= time && !signal.aborted) {
      if (this.#holdsWork()) await this.#commit();
      clock.advanceTo(this.#nextTick);
      this.#take(tracker.tick(this.cluster, this.#nextTick));
      // Jobs may have come due without any arrival.
      await this.#commit();
      this.#nextTick += time - this.#nextTick > SILENCE_MS ? SILENT_TICK_MS : TICK_MS;
    }
    if (this.#stretchOf(time) !== this.#stretchOf(clock.now()) && this.#holdsWork()) await this.#commit();
    clock.advanceTo(time);
  }

  #stretchOf(time: number): number {
    return Math.floor((time - this.#options.recording.baseTime) / STRETCH_MS);
  }

  #apply({ resource, line }: MergedLine): void {
    this.#lines += 1;
    if (line.type === 'BROKEN') return this.#reportBroken(resource, line);
    if (this.#isEventStream(resource)) return this.#applyEvent(line);
    this.#state.apply(resource, line);
    if (this.#tracked.has(resourceKey(resource))) this.#track(resource, line);
  }

  #applyEvent(line: RecordedLine): void {
    const { normalise } = this.#options;
    if (line.type === 'LIST') {
      for (const item of line.items) this.#arrivals.push(normalise(item, 'LIST', this.cluster));
    } else if ('object' in line) {
      this.#arrivals.push(normalise(line.object, line.type, this.cluster));
    }
  }

  #track(resource: ApiResource, line: RecordedLine): void {
    const { tracker } = this.#options;
    if (line.type === 'LIST') {
      this.#observed += line.items.length;
      this.#take(tracker.replace(this.cluster, resource, line.items, true, { first: true, namespace: '' }));
      tracker.markKnowledge(this.cluster, resource.kind, 'synced');
    } else if ('object' in line) {
      this.#observed += 1;
      this.#take(tracker.change(this.cluster, resource, line.type, line.object));
    }
  }

  #take(observations: readonly Observation[]): void {
    for (const observation of observations) this.#arrivals.push({ kind: 'observation', observation });
  }

  #reportBroken(resource: ApiResource, line: BrokenLine): void {
    const what = `${line.file}:${line.line}: ${line.reason}`;
    this.#broken += 1;
    if (this.#brokenExamples.length < BROKEN_EXAMPLES) {
      this.#brokenExamples.push(what);
      this.#options.logger.warn({ file: line.file, line: line.line, reason: line.reason }, 'a recorded line is broken');
    }
    if (this.#isEventStream(resource)) {
      this.#arrivals.push({ kind: 'dead-letter', cluster: this.cluster, excerpt: line.excerpt, error: what });
    }
  }

  #holdsWork(): boolean {
    return this.#arrivals.length > 0 || this.#observed > 0;
  }

  async #commit(): Promise<void> {
    await this.#offer();
    await this.#options.settle();
  }

  async #offer(): Promise<void> {
    if (!this.#holdsWork()) return;
    const arrivals = this.#arrivals;
    const observed = { cluster: this.cluster.name, items: this.#observed };
    this.#arrivals = [];
    this.#observed = 0;
    const changes = this.#options.tracker.takeChanges(this.cluster);
    await this.#options.intake.offer(arrivals, { observed, ...(changes.length > 0 && { changes }) });
  }
}

/** What jobs may ask for. Events are in the store; Secrets are never read, not even recorded ones. */
function isReadable(resource: ApiResource): boolean {
  return !isEventResource(resource) && resource.kind !== 'Secret';
}

/** By group and not by version: a recording of an older cluster holds beta versions. */
function isWatched(resource: ApiResource, customResources: readonly string[]): boolean {
  if (customResources.includes(resourceKey(resource))) return true;
  return WATCHED.some(
    (known) =>
      known.resource === resource.resource &&
      known.groupVersions.some((version) => splitGroupVersion(version)[0] === resource.group),
  );
}

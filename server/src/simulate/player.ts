/** Plays recordings into the cluster store on a clock, once or lap after lap. */
import { setImmediate as nextTurn, setTimeout as realPause } from 'node:timers/promises';
import type { MergedLine } from '../kube/recording/merge-files.ts';
import type { RecordedLogName, Recording } from '../kube/recording/recording.ts';
import { textAt, type RawObject } from '../kube/recording/recorded-line.ts';
import type { ApiResource } from '../kube/api-resource.ts';
import { resourceKey } from '../kube/recording/recorded-resource.ts';
import type { Clock, Logger } from '../model/ports/process.ts';
import { keyOf, type ClusterStore } from './cluster-store.ts';
import { findGeneratedNames, isLasting, type GeneratedNames } from './generated-names.ts';
import { createLap, plainLap, type Lap } from './lap.ts';

export interface PlayerOptions {
  readonly recordings: readonly Recording[];
  readonly store: ClusterStore;
  readonly clock: Clock;
  /** Recorded seconds a second; Infinity for as fast as watchers read. */
  readonly speed: number;
  readonly loop: boolean;
  /** Between the end of one playing and the start of the next. */
  readonly pauseMs: number;
  /** Whether recorded times become times of the clock. */
  readonly shiftTimes: boolean;
  /** How many changes the slowest watcher has yet to read. */
  readonly lag: () => number;
  readonly logger: Logger;
}

/** At full speed, watchers may be this far behind before the player waits for them. */
const MOST_LAG = 2000;
const LINES_PER_TURN = 50;
/** Broken lines past these are only counted. */
const MOST_REPORTED = 20;

export class Player {
  readonly #options: PlayerOptions;
  readonly #startedAt: number;
  readonly #names = new Map<Recording, GeneratedNames>();
  #playing: { readonly recording: Recording; readonly lap: Lap } | null = null;
  #laps = 0;
  #lines = 0;
  #broken = 0;
  #resume: (() => void) | null = null;
  #resumed: Promise<void> = Promise.resolve();
  #markReady: () => void = () => {};
  /** Resolves once what was there at the beginning is in the store. */
  readonly ready: Promise<void>;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.ready = new Promise((resolve) => (this.#markReady = resolve));
  }

  /** `lap` counts the playings of the whole sequence, from 0. */
  get progress(): { readonly lap: number; readonly lines: number; readonly broken: number } {
    return { lap: this.#laps, lines: this.#lines, broken: this.#broken };
  }

  /** Stands still before the next line after the beginning, until `resume`. */
  pause(): void {
    if (this.#resume !== null) return;
    this.#resumed = new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    this.#resume?.();
    this.#resume = null;
  }

  async readLog(name: RecordedLogName): Promise<string | null> {
    if (this.#playing === null) return null;
    const { recording, lap } = this.#playing;
    const log = await recording.log({ ...name, pod: lap.recordedName(name.pod) });
    return log === null ? null : lap.text(log);
  }

  /** Until the end of the last recording; with `loop`, until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { recordings, loop, pauseMs, clock } = this.#options;
    try {
      for (;;) {
        for (const [index, recording] of recordings.entries()) {
          await this.#play(recording, `${this.#startedAt}/${this.#laps}/${index}`, signal);
          if (!loop && index === recordings.length - 1) return;
          this.#removeAll();
          await clock.sleep(pauseMs, signal);
        }
        this.#laps += 1;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#markReady();
    }
  }

  async #play(recording: Recording, seed: string, signal: AbortSignal): Promise<void> {
    const { clock, speed } = this.#options;
    const names = this.#options.loop ? await this.#namesOf(recording) : null;
    const startedAt = clock.now();
    const lap = this.#lapOf(recording, seed, names, startedAt);
    this.#playing = { recording, lap };
    let pausedMs = 0;
    for await (const merged of recording.lines()) {
      if (merged.line.t > 0) {
        this.#markReady();
        pausedMs += await this.#waitToResume();
        await this.#waitUntil(startedAt + pausedMs + (merged.line.t * 1000) / speed, signal);
      }
      signal.throwIfAborted();
      this.#apply(merged, lap);
    }
  }

  #lapOf(recording: Recording, seed: string, names: GeneratedNames | null, startedAt: number): Lap {
    const { shiftTimes, speed } = this.#options;
    if (names === null && !shiftTimes) return plainLap;
    const base = recording.baseTime;
    // Before the beginning time runs as it did: a node's age stays its age.
    const move = (time: number) => startedAt + (time < base ? time - base : (time - base) / speed);
    return createLap({ seed, names, moveTime: shiftTimes ? move : null });
  }

  async #namesOf(recording: Recording): Promise<GeneratedNames> {
    const known = this.#names.get(recording) ?? (await findGeneratedNames(recording));
    this.#names.set(recording, known);
    return known;
  }

  /** How long it stood still, on the clock. */
  async #waitToResume(): Promise<number> {
    if (this.#resume === null) return 0;
    const from = this.#options.clock.now();
    await this.#resumed;
    return this.#options.clock.now() - from;
  }

  async #waitUntil(due: number, signal: AbortSignal): Promise<void> {
    const { clock, speed, lag } = this.#options;
    if (Number.isFinite(speed)) {
      const ahead = due - clock.now();
      if (ahead > 0) await clock.sleep(ahead, signal);
      return;
    }
    if (this.#lines % LINES_PER_TURN === 0) await nextTurn();
    // Real time, not the clock's: it is sockets that have to drain.
    while (lag() > MOST_LAG && !signal.aborted) await realPause(2);
  }

  #apply({ resource, line }: MergedLine, lap: Lap): void {
    const { store } = this.#options;
    this.#lines += 1;
    if (line.type === 'BROKEN') {
      this.#broken += 1;
      if (this.#broken > MOST_REPORTED) return;
      this.#options.logger.warn({ file: line.file, line: line.line, reason: line.reason }, 'a recorded line is broken');
    } else if (line.type === 'LIST') {
      this.#applyList({ resource, line }, lap);
    } else if (line.type === 'DELETED') {
      const object = lap.object(line.object);
      store.remove(resource, keyOf(object), object);
    } else if (line.type === 'ADDED' || line.type === 'MODIFIED') {
      const object = lap.object(line.object);
      if (!this.#isAnotherLasting(resource, object)) store.put(resource, object);
    }
  }

  /** The next recording's kube-system, say: the cluster keeps the one it began with. */
  #isAnotherLasting(resource: ApiResource, object: RawObject): boolean {
    if (!isLasting(resource, textAt(object, 'metadata', 'name'))) return false;
    const known = this.#options.store.collection(resourceKey(resource))?.objects.get(keyOf(object));
    return known !== undefined && known.uid !== textAt(object, 'metadata', 'uid');
  }

  /** What the list does not name is gone, but for what lasts as long as the cluster. */
  #applyList({ resource, line }: MergedLine, lap: Lap): void {
    if (line.type !== 'LIST') return;
    const { store } = this.#options;
    const collection = store.collection(resourceKey(resource));
    const items = line.items.map((item) => lap.object(item));
    const listed = new Set(items.map(keyOf));
    for (const [key, object] of collection?.objects ?? []) {
      if (!listed.has(key) && !isLasting(resource, object.name)) store.remove(resource, key);
    }
    for (const item of items) {
      const isKnown = collection?.objects.has(keyOf(item)) === true;
      if (!isKnown || !isLasting(resource, textAt(item, 'metadata', 'name'))) store.put(resource, item);
    }
  }

  /** Owners before what they own, as a cascading deletion does it; the Events last. */
  #removeAll(): void {
    const { store } = this.#options;
    this.#playing = null;
    const collections = [...store.collections()].sort((a, b) => rank(a.resource.kind) - rank(b.resource.kind));
    for (const { resource, objects } of collections) {
      for (const [key, object] of objects) if (!isLasting(resource, object.name)) store.remove(resource, key);
    }
  }
}

const removalOrder = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'ReplicaSet', 'Service'];
const removedLast = ['Pod', 'PersistentVolumeClaim', 'Namespace', 'Node', 'Event'];

function rank(kind: string): number {
  const early = removalOrder.indexOf(kind);
  return early >= 0 ? early - removalOrder.length : removedLast.indexOf(kind) + 1;
}

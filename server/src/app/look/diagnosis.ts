/** `tattle diagnose`: the whole pipeline over a cluster or a recording for one command, in a store that goes with it. */
import type { WireEventPage } from '@tattle/contract';
import type { LocalApi } from '../../api/local-api.ts';
import { systemClock } from '../../kit/clock.ts';
import { configure, type RunOptions } from '../configure.ts';
import { openHistory } from '../history.ts';
import { replay } from '../replay.ts';
import { type ClusterChoice, clustersToLookAt, withoutServer } from './chosen-clusters.ts';
import { inPrivateDirectory } from './private-directory.ts';
import { observeOnce } from './observe-once.ts';

export interface DiagnosisOptions extends Pick<RunOptions, 'config' | 'env' | 'signal'>, ClusterChoice {
  readonly namespaces: 'all' | readonly string[];
  /** For the first lists to come in; what is not there by then is left out, and told. */
  readonly forSeconds: number;
  /** Told once, by name, when it is known to be there or not. */
  readonly object?: { readonly kind: string; readonly name: string };
}

export interface Diagnosed {
  /** Incidents and their events, as a server would answer. */
  readonly api: LocalApi;
  /** The moment that ages are reckoned from; null: the present. */
  readonly now: number | null;
  /** What could not be seen, and why. */
  readonly notes: readonly string[];
  /** Whether the object that was asked about was seen; null where none was, or its kind is not watched. */
  readonly isObjectThere: boolean | null;
  /** Ends the store and removes its directory. */
  close(): Promise<void>;
}

export type Diagnosis =
  | { readonly kind: 'diagnosed'; readonly diagnosed: Diagnosed }
  /** Nothing at all could be seen; `detail` says why and how to mend it. */
  | { readonly kind: 'denied' | 'unreachable'; readonly detail: string };

/** Rejects where it cannot start, and with the signal's reason; then, too, nothing is left behind. */
export async function diagnoseClusters(options: DiagnosisOptions): Promise<Diagnosis> {
  const configured = await configure(withoutServer(options), systemClock);
  const accesses = await clustersToLookAt(options, configured.configuration, systemClock);
  return inPrivateDirectory(async (directory, remove) => {
    const { namespaces, forSeconds, object, signal } = options;
    const { configuration } = configured;
    const clusters = {
      ...configuration.clusters,
      watchNamespaces: namespaces === 'all' ? namespaces : [...namespaces],
    };
    const seen = await observeOnce({
      accesses,
      configuration: { ...configuration, dataDir: directory, clusters },
      forMs: forSeconds * 1000,
      signal,
      ...(object === undefined ? {} : { object }),
    });
    if (seen.kind !== 'seen') {
      await remove();
      return seen;
    }
    const api = await openHistory({ dataDir: directory });
    const close = () => closed(api, remove);
    const { notes, isObjectThere } = seen;
    return { kind: 'diagnosed', diagnosed: { api, now: null, notes, isObjectThere, close } };
  });
}

/** The same over a recording, at the moment when it ends. */
export async function diagnoseRecording(
  options: Pick<RunOptions, 'config' | 'env' | 'signal'> & {
    readonly directory: string;
    readonly namespaces: 'all' | readonly string[];
  },
): Promise<Diagnosed> {
  return inPrivateDirectory(async (dataDir, remove) => {
    const { directory, namespaces, signal } = options;
    const { overrides, ...run } = withoutServer(options);
    const { broken } = await replay({
      ...run,
      overrides: { ...overrides, dataDir, 'filter.namespaces': namespaces === 'all' ? 'all' : namespaces.join(',') },
      directory,
      // A file may name a server's store: nothing of this belongs there.
      into: { kind: 'embedded', dataDir },
    });
    signal.throwIfAborted();
    const api = await openHistory({ dataDir });
    const notes = broken.length === 0 ? [] : [`Some lines of the recording cannot be read: ${broken.join('; ')}`];
    const close = () => closed(api, remove);
    try {
      return { api, now: await newestMoment(api), notes, isObjectThere: null, close };
    } catch (error) {
      await close();
      throw error;
    }
  });
}

/** A recording ends about where its newest event does. */
async function newestMoment(api: LocalApi): Promise<number | null> {
  const { body } = await api.request('GET', '/api/v1/events?limit=1');
  const [newest] = (JSON.parse(body) as WireEventPage).items;
  return newest === undefined ? null : Date.parse(newest.lastSeen);
}

async function closed(api: LocalApi, remove: () => Promise<void>): Promise<void> {
  try {
    await api.close();
  } finally {
    await remove();
  }
}

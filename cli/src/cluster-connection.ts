/** Events straight from clusters or a recording, asked as a server is. */
import { type Connection, overRequests } from './connection.ts';
import type { Engine, LoadEngine, Look, Namespaces } from './engine.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { printable } from './printable.ts';
import type { ReadingPlace } from './reading-place.ts';
import { reasonOf } from './reason-of.ts';
import type { Surroundings } from './surroundings.ts';

/** What the reflector brings is there at once; more often than this nobody reads. */
const WATCH_EVERY_MS = 500;

export interface Looking {
  readonly namespaces: Namespaces;
  readonly follow: boolean;
}

/** Rejects with `CommandFailure` where nothing can be read. */
export async function connectToCluster(
  place: Exclude<ReadingPlace, { readonly kind: 'tattle' }>,
  looking: Looking,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
): Promise<Connection> {
  if (place.kind === 'cluster' && place.isFallback) await sayWhere(surroundings);
  const engine = await loadEngine();
  const look = await opened(place, looking, surroundings, engine);
  // Not progress: whoever reads less than they asked for has to know.
  await sayNotes(look.notes, surroundings);
  return {
    ...overRequests(look, false, place.kind === 'recording' ? place.directory : 'the cluster'),
    watchEveryMs: WATCH_EVERY_MS,
    ...(look.now === null ? {} : { now: look.now }),
  };
}

export async function sayWhere({ stderr }: Surroundings): Promise<void> {
  if (stderr.isTerminal) await stderr.write('No Tattle runs here: reading the cluster itself.\n');
}

export async function sayNotes(notes: readonly string[], { stderr }: Surroundings): Promise<void> {
  for (const note of notes) await stderr.write(`${note.split('\n').map(printable).join('\n')}\n`);
}

async function opened(
  place: Exclude<ReadingPlace, { readonly kind: 'tattle' }>,
  { namespaces, follow }: Looking,
  { env, signal }: Surroundings,
  engine: Engine,
): Promise<Look> {
  if (place.kind === 'recording') {
    return engine.lookAtRecording({ env, signal, directory: place.directory }).catch(unreadable(signal));
  }
  const { kubeconfig, contexts } = place;
  const options = { env, signal, namespaces, follow, ...definedOnly({ kubeconfig, contexts }) };
  const looked = await engine.lookAtClusters(options).catch(unreadable(signal));
  if ('look' in looked) return looked.look;
  throw clusterFailure(looked.kind, looked.detail);
}

/** What the API server denies, or that it does not answer; the detail's further lines say how to mend it. */
export function clusterFailure(kind: 'denied' | 'unreachable', detail: string): CommandFailure {
  const [first = '', ...mend] = detail.split('\n');
  const told =
    mend.length === 0 ? 'tattle doctor, with the same --context, says what to do about it.' : mend.join('\n');
  return new CommandFailure(kind === 'denied' ? EXIT.refused : EXIT.unreachable, first, told);
}

/** A kubeconfig, a configuration or a recording that cannot be used says itself how to mend it. */
export function unreadable(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    if (signal.aborted || error instanceof TypeError || !(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? ` (${reasonOf(error)})` : '';
    throw new CommandFailure(EXIT.unreachable, `${error.message.trim()}${cause}`, '', { cause: error });
  };
}

export function definedOnly<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

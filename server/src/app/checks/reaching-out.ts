/** What has to be asked of clusters and channels themselves: seldom, never for long, and one question at a time. */
import type { ServerCheck } from '../../api/ports.ts';
import { isWithin } from '../../api/within.ts';
import type { ClusterRef } from '../../model/object-ref.ts';
import type { Clock } from '../../model/ports/process.ts';
import { type Check, fail, messageOf } from '../doctor/check.ts';
import { asServerCheck } from './server-check.ts';

/** How the doctor looks at something. */
type Examine = (signal: AbortSignal) => Promise<readonly Check[]>;

export interface ReachingOutParts {
  readonly clusters: readonly {
    readonly name: string;
    /** As it is known once it was reached. */
    readonly ref: () => ClusterRef;
    readonly examine: Examine;
  }[];
  readonly channels: readonly { readonly name: string; readonly examine: Examine }[];
  readonly clock: Clock;
}

export interface Reached {
  readonly clusters: readonly ServerCheck[];
  /** By the name of the channel. */
  readonly channels: ReadonlyMap<string, Check>;
}

const EVERY_MS = 60_000;
const PATIENCE_MS = 5000;

export function createReachingOut({ clusters, channels, clock }: ReachingOutParts): () => Promise<Reached> {
  return keptFor(EVERY_MS, clock, async () => {
    const [ofClusters, ofChannels] = await Promise.all([
      Promise.all(
        clusters.map(async ({ name, ref, examine }) => {
          const checks = await examined(`cluster ${name}`, examine, clock);
          return checks.map((check) => asServerCheck(check, { title: titleOf(check.name, name), cluster: ref() }));
        }),
      ),
      Promise.all(
        channels.map(async ({ name, examine }) => {
          const [check] = await examined(`channel ${name}`, examine, clock);
          return check === undefined ? [] : [[name, check] as const];
        }),
      ),
    ]);
    return { clusters: ofClusters.flat(), channels: new Map(ofChannels.flat()) };
  });
}

async function examined(name: string, examine: Examine, clock: Clock): Promise<readonly Check[]> {
  const ended = await within(PATIENCE_MS, clock, examine);
  if (ended.kind === 'done') return ended.result;
  return [fail(name, ended.why, 'Check that it can be reached from here: name, network, firewall.')];
}

/** `cluster lab clock`: The clock of lab. */
function titleOf(checkName: string, cluster: string): string {
  const part = checkName.slice(`cluster ${cluster}`.length).trim();
  return `${TITLES[part] ?? part} ${cluster}`;
}

/** By what the doctor's names end with. */
const TITLES: Readonly<Record<string, string>> = {
  '': 'The cluster',
  identity: 'The identity of',
  clock: 'The clock of',
  permissions: 'What may be read in',
};

type Ended<T> = { readonly kind: 'done'; readonly result: T } | { readonly kind: 'not'; readonly why: string };

/** What goes on after that is cut off, and nobody waits for it. */
async function within<T>(ms: number, clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<Ended<T>> {
  const cut = new AbortController();
  const patience = new AbortController();
  const late = clock.sleep(ms, patience.signal).then(
    (): Ended<T> => ({ kind: 'not', why: `it has not answered everything within ${ms / 1000} s` }),
    (): Ended<T> => ({ kind: 'not', why: 'stopped' }),
  );
  const ended = work(cut.signal).then(
    (result): Ended<T> => ({ kind: 'done', result }),
    (error: unknown): Ended<T> => ({ kind: 'not', why: messageOf(error) }),
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    patience.abort();
    cut.abort(new Error('it took too long'));
  }
}

/** The last answer again while it is fresh; whoever asks meanwhile waits for the one answer that is on its way. */
export function keptFor<T>(ms: number, clock: Pick<Clock, 'now'>, look: () => Promise<T>): () => Promise<T> {
  let kept: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const now = clock.now();
    if (kept !== null && isWithin(now, kept.at, ms)) return kept.answer;
    const asked = { at: now, answer: look() };
    kept = asked;
    asked.answer.catch(() => {
      if (kept === asked) kept = null;
    });
    return asked.answer;
  };
}

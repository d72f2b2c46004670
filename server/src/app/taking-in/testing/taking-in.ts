/** The hot path over a real store that fails as it is told to, and what is handed in on top of it. */
import { onTestFinished } from 'vitest';
import { Spool } from '../../../kit/spool.ts';
import { createRedactor } from '../../../kit/redaction.ts';
import { quiet } from '../../../kit/testing/quiet.ts';
import type { IntakeOutcome, IntakeReport } from '../../../api/ports.ts';
import type { Scope } from '../../../model/access.ts';
import type { Clock } from '../../../model/ports/process.ts';
import { DEFAULT_FILTER, type FilterSettings } from '../../../model/settings.ts';
import { SlimCache } from '../../../observe/cache.ts';
import type { OpenTestStore } from '../../../store/testing/open-test-store.ts';
import type { Batch } from '../../committing/batch.ts';
import { createHotPath } from '../../hot-path.ts';
import { faultyStore } from '../../testing/faulty-store.ts';
import { ClusterNames, type ClusterNamesParts } from '../cluster-names.ts';
import { createTakeIn } from '../take-in.ts';

export const WEST = { uid: 'uid-of-west', name: 'west' };

interface More {
  readonly spoolIn?: string;
  readonly filter?: Partial<FilterSettings>;
  readonly names?: Partial<ClusterNamesParts>;
  /** Left out, the pipeline runs. */
  readonly idle?: boolean;
}

/** On a clock that a test moves, but for the waiting of senders, which is real. */
export async function takingIn(opened: Awaited<ReturnType<OpenTestStore>>, more: More = {}) {
  const { clock } = opened;
  const made = createRedactor();
  if (!made.ok) throw new Error('no redactor');
  const { logger } = quiet();
  const counted: [name: string, labels: Readonly<Record<string, string>>, by: number][] = [];
  const metrics = {
    count: (name: string, labels: Readonly<Record<string, string>>, by = 1) => void counted.push([name, labels, by]),
    gauge: () => undefined,
    observe: () => undefined,
  };
  const store = faultyStore(opened.store);
  const spool = more.spoolIn === undefined ? null : await Spool.open<Batch>(more.spoolIn, 1024 * 1024, () => undefined);
  const cache = new SlimCache();
  const hotPath = createHotPath({
    cache,
    store,
    spool,
    filter: { ...DEFAULT_FILTER, namespaces: 'all', ...more.filter },
    redactor: made.redactor,
    deduplicationMs: 300_000,
    clock,
    logger,
    metrics,
    onJobs: () => undefined,
    onTurn: () => undefined,
  });
  const stopping = new AbortController();
  const ended = more.idle === true ? Promise.resolve() : hotPath.pipeline.run(stopping.signal);
  onTestFinished(async () => {
    stopping.abort(new Error('stopping'));
    hotPath.intake.close();
    await ended;
  });
  const clusters = new ClusterNames({
    configured: ['west'],
    watched: () => [WEST],
    knowledge: () => 'synced',
    usual: undefined,
    history: opened.history,
    clock,
    ...more.names,
  });
  const waiting: Clock = { now: () => clock.now(), sleep: (ms, signal) => realSleep(ms, signal) };
  const takeIn = createTakeIn({ hotPath, clusters, clock: waiting, metrics });
  return {
    hotPath,
    store,
    cache,
    counted,
    takeIn: (report: IntakeReport, scope: Scope = 'everything', id = 'token:t1'): Promise<IntakeOutcome> =>
      takeIn(report, { id, scope }),
    alerts: (...alerts: readonly unknown[]) =>
      takeIn({ format: 'alertmanager', message: { version: '4', alerts } }, { id: 'token:t1', scope: 'everything' }),
    later: async (ms: number) => {
      clock.advanceTo(clock.now() + ms);
      await hotPath.pipeline.tick(stopping.signal);
    },
    stop: async () => {
      hotPath.intake.close();
      await ended;
    },
  };
}

function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

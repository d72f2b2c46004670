import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRedactor, type Redactor } from '../kit/redaction.ts';
import { Spool } from '../kit/spool.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Observation } from '../model/observation.ts';
import { ConflictError } from '../model/ports/store.ts';
import { DEFAULT_FILTER } from '../model/settings.ts';
import { type Span, type Tracing, UNTRACED } from '../model/tracing.ts';
import { SlimCache } from '../observe/cache.ts';
import { type OpenTestStore, testStores } from '../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { event } from '../triage/testing/observations.ts';
import type { Batch } from './committing/batch.ts';
import { createHotPath, type HotPath, INTAKE_BOUND } from './hot-path.ts';
import { type FaultyStore, faultyStore } from './testing/faulty-store.ts';
import { query } from './testing/stored-rows.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const CLUSTER = event().cluster;
const MEBIBYTE = 1024 * 1024;

let server: TestServer;
let openTestStore: OpenTestStore;
beforeAll(async () => {
  server = await startTestServer();
  openTestStore = testStores(() => server);
});
afterAll(() => server.close());

type Opened = Awaited<ReturnType<OpenTestStore>>;

/** A crash loop of one pod. */
function crash(uid: string, more: Partial<Observation> = {}): Observation {
  const message = 'Back-off restarting failed container web in pod web-6cb8cfb857-5kckr_shop(1)';
  const at = { firstSeen: T0, lastSeen: T0 };
  return event({ uid, reason: 'BackOff', type: 'Warning', message, ...at, ...(more as object) });
}

interface Running {
  readonly hotPath: HotPath;
  readonly store: FaultyStore;
  readonly lines: readonly string[];
  readonly offer: (...observations: readonly Observation[]) => Promise<void>;
  /** Time goes on, and what is due is done. */
  readonly later: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-pipeline-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function running(
  opened: Opened,
  more: { spoolIn?: string; spoolBytes?: number; redactor?: Redactor; knowsCluster?: boolean; tracing?: Tracing } = {},
): Promise<Running> {
  const { clock } = opened;
  const store = faultyStore(opened.store);
  const made = createRedactor();
  if (!made.ok) throw new Error('no redactor');
  const { logger, metrics, lines } = quiet();
  const spool =
    more.spoolIn === undefined
      ? null
      : await Spool.open<Batch>(more.spoolIn, more.spoolBytes ?? MEBIBYTE, () => undefined);
  const hotPath = createHotPath({
    cache: new SlimCache(),
    store,
    spool,
    filter: { ...DEFAULT_FILTER, namespaces: 'all' },
    redactor: more.redactor ?? made.redactor,
    deduplicationMs: 300_000,
    clock,
    logger,
    metrics,
    tracing: more.tracing,
    onJobs: () => undefined,
    onTurn: () => undefined,
  });
  if (more.knowsCluster !== false) hotPath.pipeline.follow(CLUSTER.uid);
  const stopping = new AbortController();
  const ended = hotPath.pipeline.run(stopping.signal);
  ended.catch(() => undefined);
  const stop = async () => {
    stopping.abort(new Error('stopping'));
    hotPath.intake.close();
    await ended;
  };
  onTestFinished(stop);
  return {
    hotPath,
    store,
    lines,
    offer: (...observations) =>
      hotPath.intake.offer(observations.map((observation) => ({ kind: 'observation', observation }))),
    later: async (ms) => {
      clock.advanceTo(clock.now() + ms);
      await hotPath.pipeline.tick(stopping.signal);
    },
    stop,
  };
}

/** Commits are under way for some turns of the event loop. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await turn();
}

const rowsOf = (opened: Opened) =>
  query<{ uid: string; count: number }>(
    { connectionString: opened.url },
    'SELECT uid_text AS uid, count::int AS count FROM events ORDER BY id',
  );
const told = (opened: Opened) =>
  query<{ key: string }>({ connectionString: opened.url }, `SELECT key FROM jobs WHERE kind = 'notice' ORDER BY id`);
const letters = (opened: Opened) =>
  query<{ excerpt: string; error: string }>(
    { connectionString: opened.url },
    'SELECT excerpt, error FROM dead_letters ORDER BY id',
  );

describe('while the store is down', () => {
  it('says of the span of a batch that it is not stored', async () => {
    const failures: string[] = [];
    const tracing: Tracing = {
      ...UNTRACED,
      span: ({ name }, work) => {
        const span: Span = { ...UNTRACED.current(), fail: (reason) => failures.push(`${name}: ${reason}`) };
        return work(span);
      },
    };
    const { hotPath, store, offer } = await running(await openTestStore({ now: T0 }), {
      spoolIn: await scratch(),
      tracing,
    });
    await offer(crash('a'));
    await hotPath.pipeline.settle();
    expect(failures).toEqual([]);
    store.down = true;
    await offer(crash('b'));
    await hotPath.pipeline.settle();
    expect(failures).toEqual(['batch: not-stored']);
  });

  it('keeps batches on disk, says why, and commits them in order and once when it is back', async () => {
    const opened = await openTestStore({ now: T0 });
    const folder = await scratch();
    const { hotPath, store, offer, later } = await running(opened, { spoolIn: folder });
    await offer(crash('a'));
    await hotPath.pipeline.settle();
    store.down = true;
    await offer(crash('b'));
    await hotPath.pipeline.settle();
    await offer(crash('a', { count: 5 }));
    await offer(crash('c'));
    await hotPath.pipeline.settle();
    expect(hotPath.pipeline.health).toMatchObject({ up: false, since: T0, why: expect.stringContaining('refused') });
    expect((await rowsOf(opened)).map(({ uid }) => uid)).toEqual(['a']);
    await later(1000);
    expect(hotPath.pipeline.health.up).toBe(false);
    store.down = false;
    await later(1000);
    expect(hotPath.pipeline.health).toEqual({ up: true });
    expect(await rowsOf(opened)).toEqual([
      { uid: 'a', count: 5 },
      { uid: 'b', count: 1 },
      { uid: 'c', count: 1 },
    ]);
    expect(hotPath.pipeline.tally).toMatchObject({ received: 4, stored: 3, repeats: 1, occurrences: 7 });
    expect(await told(opened)).toHaveLength(1);
  });

  it('hands what waits on disk to the next process, which knows what was open before it', async () => {
    const opened = await openTestStore({ now: T0 });
    const folder = await scratch();
    const first = await running(opened, { spoolIn: folder });
    await first.offer(crash('a'));
    await first.hotPath.pipeline.settle();
    first.store.down = true;
    await first.offer(crash('b'), crash('a', { count: 3 }));
    await first.hotPath.pipeline.settle();
    await first.stop();
    const second = await running(opened, { spoolIn: folder, knowsCluster: false });
    await second.later(1000);
    expect(await rowsOf(opened)).toEqual([
      { uid: 'a', count: 3 },
      { uid: 'b', count: 1 },
    ]);
    expect(await told(opened)).toHaveLength(1);
    await second.stop();
    const third = await running(opened, { spoolIn: folder });
    await third.later(1000);
    expect(third.hotPath.pipeline.tally.received).toBe(0);
  });

  it('takes up what an earlier version left on disk', async () => {
    const opened = await openTestStore({ now: T0 });
    const folder = await scratch();
    const first = await running(opened, { spoolIn: folder });
    first.store.down = true;
    await first.offer(crash('a'));
    await first.hotPath.pipeline.settle();
    await first.stop();
    const spool = await Spool.open<Partial<Batch>>(folder, MEBIBYTE, () => undefined);
    const { objectChanges: _, ...older } = (await spool.oldest()) ?? {};
    await spool.dropOldest();
    await spool.append(older);
    const second = await running(opened, { spoolIn: folder });
    await second.later(1000);
    expect(await rowsOf(opened)).toEqual([{ uid: 'a', count: 1 }]);
  });

  it('commits what was committed already, and only not taken off the disk, without counting it again', async () => {
    const opened = await openTestStore({ now: T0 });
    const folder = await scratch();
    const first = await running(opened, { spoolIn: folder });
    first.store.down = true;
    await first.offer(crash('a', { count: 2 }));
    await first.hotPath.pipeline.settle();
    await first.stop();
    // The same batch, committed by a process that died before it could drop the file.
    const other = await running(opened);
    await other.offer(crash('a', { count: 2 }));
    await other.hotPath.pipeline.settle();
    const { hotPath, later } = await running(opened, { spoolIn: folder });
    await later(1000);
    expect(await rowsOf(opened)).toEqual([{ uid: 'a', count: 2 }]);
    expect(hotPath.pipeline.tally).toMatchObject({ stored: 0, repeats: 1, occurrences: 0 });
    expect(await told(opened)).toHaveLength(1);
  });

  it('tells of a problem that waited for longer than news stay news', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer, later } = await running(opened, { spoolIn: await scratch() });
    store.down = true;
    await offer(crash('a'));
    await hotPath.pipeline.settle();
    store.down = false;
    await later(3_600_000);
    const [notice] = await told(opened);
    expect(notice?.key).toMatch(/:opened:/);
  });

  it('waits, fills the intake and loses nothing when the spool is full', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer, later } = await running(opened, { spoolIn: await scratch(), spoolBytes: 2000 });
    store.down = true;
    let accepted = 0;
    const events = Array.from({ length: INTAKE_BOUND / 1000 + 8 }, (_, i) =>
      Array.from({ length: 1000 }, (__, j) => event({ uid: `e${i}-${j}`, firstSeen: T0, lastSeen: T0 })),
    );
    const offering = (async () => {
      for (const some of events) {
        await offer(...some);
        accepted += some.length;
      }
    })();
    await until(() => hotPath.intake.full);
    expect(accepted).toBeLessThan(events.length * 1000);
    store.down = false;
    opened.clock.advanceTo(T0 + 2000);
    await offering;
    await hotPath.pipeline.settle();
    await later(1000);
    expect(hotPath.pipeline.tally).toMatchObject({ received: events.length * 1000, stored: events.length * 1000 });
    expect(await rowsOf(opened)).toHaveLength(events.length * 1000);
  });

  it('ends when it is told to, and leaves what it has on disk', async () => {
    const opened = await openTestStore({ now: T0 });
    const folder = await scratch();
    const first = await running(opened, { spoolIn: folder });
    first.store.down = true;
    await first.offer(crash('a'));
    await first.stop();
    const withoutSpool = await running(opened);
    withoutSpool.store.down = true;
    await withoutSpool.offer(crash('z'));
    await withoutSpool.stop();
    await (await running(opened, { spoolIn: folder })).later(1000);
    expect((await rowsOf(opened)).map(({ uid }) => uid)).toEqual(['a']);
  });

  it('says so when the store does not answer at all', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer } = await running(opened);
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const recover: FaultyStore['recover'] = (...asked) => opened.store.recover(...asked);
    store.recover = async (...asked) => {
      await held;
      return recover(...asked);
    };
    await offer(crash('a'));
    await turn();
    opened.clock.advanceTo(T0 + 7000);
    expect(hotPath.pipeline.health).toEqual({ up: false, since: T0, why: 'the store has not answered for 7 s' });
    answer();
    await hotPath.pipeline.settle();
    expect(hotPath.pipeline.health).toEqual({ up: true });
  });
});

describe('a commit that fails', () => {
  it('is decided again when another writer was faster', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer } = await running(opened);
    store.nextErrors.push(new ConflictError('another writer was faster'), new ConflictError('and again'));
    await offer(crash('a'));
    await hotPath.pipeline.settle();
    expect(await rowsOf(opened)).toEqual([{ uid: 'a', count: 1 }]);
    expect(store.commits).toHaveLength(1);
    expect(hotPath.pipeline.tally).toMatchObject({ received: 1, stored: 1, occurrences: 1 });
  });

  it('takes those behind it along, and none of them overtakes it', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer } = await running(opened);
    await offer(crash('before'));
    await hotPath.pipeline.settle();
    for (let round = 0; round < 10; round++) {
      const uids = Array.from({ length: 8 }, (_, i) => `${String(round)}-${String(i)}`);
      store.nextErrors.push(...(round % 2 === 0 ? [] : [new ConflictError('another writer was faster')]));
      // One batch each: the pipeline takes what is there in each turn.
      for (const uid of uids) {
        await offer(crash(uid));
        await turn();
      }
      if (round % 3 === 0) store.nextErrors.push(new ConflictError('and once more'));
      await hotPath.pipeline.settle();
    }
    const order = store.commits.flatMap(({ created }) => created.map(({ event: { observation } }) => observation.uid));
    expect(order).toEqual((await rowsOf(opened)).map(({ uid }) => uid));
    expect(order.slice(1)).toEqual(
      Array.from({ length: 80 }, (_, n) => `${String(Math.floor(n / 8))}-${String(n % 8)}`),
    );
    expect(hotPath.pipeline.tally).toMatchObject({ received: 81, stored: 81, occurrences: 81 });
  });

  it('leaves no memory: what was decided for it is decided once more and told once', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer, later } = await running(opened, { spoolIn: await scratch() });
    store.nextErrors.push(new ConflictError('the answer was lost'));
    store.losesAnswer = true;
    await offer(crash('a'));
    await hotPath.pipeline.settle();
    await offer(crash('b'));
    await hotPath.pipeline.settle();
    await later(1000);
    expect(await rowsOf(opened)).toHaveLength(2);
    expect(await told(opened)).toHaveLength(1);
    const [incident] = (await opened.history.incidents({ fields: {} }, { limit: 10 })).items;
    expect(incident?.eventCount).toBe(2);
  });

  it('sets only the refused event aside, without its secrets, and keeps the rest of the batch', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath, store, offer } = await running(opened);
    store.poison = 'c';
    await offer(...['a', 'b', 'c', 'd', 'e'].map((uid) => crash(uid, { message: `${uid} password=hunter2hunter2` })));
    await hotPath.pipeline.settle();
    expect((await rowsOf(opened)).map(({ uid }) => uid).sort()).toEqual(['a', 'b', 'd', 'e']);
    const [letter, ...others] = await letters(opened);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ error: expect.stringContaining('22P05') });
    expect(letter?.excerpt).toContain('"uid":"c"');
    expect(letter?.excerpt).not.toContain('hunter2');
    expect(hotPath.pipeline.tally).toMatchObject({ received: 5, stored: 4, dropped: { poison: 1 } });
  });
});

describe('an observation that breaks triage', () => {
  it('is set aside without its secrets, and the rest of its batch goes on', async () => {
    const opened = await openTestStore({ now: T0 });
    const made = createRedactor();
    if (!made.ok) throw new Error('no redactor');
    const { redactor } = made;
    const breaking: Redactor = {
      ...redactor,
      text: (text) => {
        if (text.includes('breaks')) throw new TypeError('a rule broke');
        return redactor.text(text);
      },
    };
    const { hotPath, offer } = await running(opened, { redactor: breaking });
    const bad = crash('bad', { message: 'this breaks with password=hunter2hunter2' });
    await offer(crash('a'), bad, crash('b'));
    await hotPath.pipeline.settle();
    expect((await rowsOf(opened)).map(({ uid }) => uid)).toEqual(['a', 'b']);
    const [letter] = await letters(opened);
    expect(letter?.error).toBe('a rule broke');
    expect(letter?.excerpt).toContain('"uid":"bad"');
    expect(letter?.excerpt).not.toContain('hunter2');
    expect(hotPath.pipeline.tally).toMatchObject({ received: 3, stored: 2, dropped: { poison: 1 } });
  });

  it('is kept out of sight when it cannot be redacted', async () => {
    const opened = await openTestStore({ now: T0 });
    const broken = () => {
      throw new RangeError('too deep');
    };
    const { hotPath, offer } = await running(opened, {
      redactor: { text: broken, labels: broken, structure: broken, masksNodes: false },
    });
    await offer(crash('a', { message: 'password=hunter2hunter2' }));
    await hotPath.pipeline.settle();
    expect(await letters(opened)).toEqual([{ excerpt: 'could not be redacted (RangeError)', error: 'too deep' }]);
  });

  it('what a source could not read is redacted, too', async () => {
    const opened = await openTestStore({ now: T0 });
    const { hotPath } = await running(opened);
    const excerpt = '{"note": "password=hunter2hunter2", \u0000';
    await hotPath.intake.offer([{ kind: 'dead-letter', cluster: CLUSTER, excerpt, error: 'no JSON' }]);
    await hotPath.pipeline.settle();
    const [letter] = await letters(opened);
    expect(letter?.error).toBe('no JSON');
    expect(letter?.excerpt).not.toContain('hunter2');
  });
});

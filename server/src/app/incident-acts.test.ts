import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRedactor } from '../kit/redaction.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Incident } from '../model/incident.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { Observation } from '../model/observation.ts';
import { ConflictError, StoreUnavailable } from '../model/ports/store.ts';
import { DEFAULT_FILTER } from '../model/settings.ts';
import { SlimCache } from '../observe/cache.ts';
import { type OpenTestStore, testStores } from '../store/testing/open-test-store.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { event, ref } from '../triage/testing/observations.ts';
import { createHotPath } from './hot-path.ts';
import { faultyStore } from './testing/faulty-store.ts';

const T0 = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
/** Nothing is watched here, so what is quiet for an hour is over. */
const QUIET = 61 * MINUTE;
const CLUSTER = event().cluster;

let server: TestServer;
let openTestStore: OpenTestStore;
beforeAll(async () => {
  server = await startTestServer();
  openTestStore = testStores(() => server);
});
afterAll(() => server.close());

type Opened = Awaited<ReturnType<OpenTestStore>>;
type Unsigned<Each extends Command> = Each extends Command ? Omit<Each, 'by'> : never;
type Act = Unsigned<Command>;

/** What happens to a workload, each a bare pod here: it keeps ending, has no image, or is pushed out. */
type Trouble = 'BackOff' | 'ErrImageNeverPull' | 'Preempted';
const MESSAGES: Readonly<Record<Trouble, string>> = {
  BackOff: 'Back-off restarting failed container web in pod',
  ErrImageNeverPull: 'Container image "shop/web:1" is not present with pull policy of Never',
  Preempted: 'Preempted by pod 3f6c on node node-1',
};

class Story {
  readonly opened: Opened;
  readonly #paths: ReturnType<typeof createHotPath>[] = [];
  readonly store: ReturnType<typeof faultyStore>;
  #serial = 0;
  #offers: Promise<void>[] = [];

  constructor(opened: Opened) {
    this.opened = opened;
    this.store = faultyStore(opened.store);
    this.restart();
  }

  get #pipeline() {
    const path = this.#paths.at(-1);
    if (path === undefined) throw new Error('nothing runs');
    return path;
  }

  /** Another process over the same store. */
  restart(): void {
    this.#paths.at(-1)?.intake.close();
    const made = createRedactor();
    if (!made.ok) throw new Error('no redactor');
    const { logger, metrics } = quiet();
    const hotPath = createHotPath({
      cache: new SlimCache(),
      store: this.store,
      spool: null,
      filter: { ...DEFAULT_FILTER, namespaces: 'all' },
      redactor: made.redactor,
      deduplicationMs: 300_000,
      clock: this.opened.clock,
      logger,
      metrics,
      onJobs: () => undefined,
      onTurn: () => undefined,
    });
    hotPath.pipeline.follow(CLUSTER.uid);
    const stopping = new AbortController();
    const ended = hotPath.pipeline.run(stopping.signal);
    ended.catch(() => undefined);
    onTestFinished(async () => {
      stopping.abort(new Error('stopping'));
      hotPath.intake.close();
      await ended;
    });
    this.#paths.push(hotPath);
  }

  /** Something new happens now to the pod `shop/<workload>`; its uid. */
  async happens(workload: string, trouble: Trouble = 'BackOff', more: Partial<Observation> = {}): Promise<string> {
    const uid = this.offer(workload, trouble, more);
    await this.settle();
    return uid;
  }

  /** The same, without waiting until it is stored. */
  offer(workload: string, trouble: Trouble = 'BackOff', more: Partial<Observation> = {}): string {
    this.#serial += 1;
    const uid = `${workload}-${trouble}-${this.#serial}`;
    const now = this.opened.clock.now();
    const object = ref('Pod', 'shop', workload);
    const observation = event({
      uid,
      object,
      reason: trouble,
      type: 'Warning',
      message: MESSAGES[trouble],
      firstSeen: now,
      lastSeen: now,
      ...(more as object),
    });
    this.#offers.push(this.#pipeline.intake.offer([{ kind: 'observation', observation }]));
    return uid;
  }

  async settle(): Promise<void> {
    await Promise.all(this.#offers.splice(0));
    await this.#pipeline.pipeline.settle();
  }

  async later(ms: number): Promise<void> {
    this.opened.clock.advanceTo(this.opened.clock.now() + ms);
    await this.#pipeline.pipeline.tick(new AbortController().signal);
  }

  act(command: Act, by = 'anna'): Promise<CommandOutcome> {
    return this.#pipeline.pipeline.act({ ...command, by });
  }

  async done(command: Act, by = 'anna'): Promise<readonly string[]> {
    const { refusal, incidentIds } = await this.act(command, by);
    expect(refusal).toBeNull();
    return incidentIds;
  }

  async list(): Promise<readonly Incident[]> {
    return (await this.opened.history.incidents({ fields: {} }, { limit: 100 })).items;
  }

  /** The open incident of that workload's own. */
  async at(workload: string): Promise<Incident> {
    const found = (await this.list()).find(({ root, state }) => root.name === workload && state !== 'resolved');
    if (found === undefined) throw new Error(`nothing is open at ${workload}`);
    return found;
  }

  async incident(id: string): Promise<Incident> {
    const found = await this.opened.history.incident(id);
    if (found === null) throw new Error(`there is no incident ${id}`);
    return found;
  }

  async eventsOf(id: string): Promise<readonly string[]> {
    const { items } = await this.opened.history.events({ fields: { incident: [id] } }, { limit: 100 });
    return items.map(({ uid }) => uid).sort();
  }

  async strandsOf(id: string): Promise<readonly string[]> {
    const strands = await this.opened.history.strands(id);
    return strands.map(({ root, condition, rule }) => `${condition} ${root.name} ${rule}`).sort();
  }

  async saidOf(id: string): Promise<readonly string[]> {
    return (await this.opened.history.log(id)).map(({ kind, by, text }) => `${kind} by ${by}: ${text}`);
  }
}

async function story(): Promise<Story> {
  return new Story(await openTestStore({ now: T0 }));
}

/** Two incidents, of cart and web, that somebody merged into that of cart. */
async function merged() {
  const told = await story();
  const a = await told.happens('cart');
  await told.later(1000);
  const b = await told.happens('web');
  const cart = (await told.at('cart')).id;
  const web = (await told.at('web')).id;
  await told.later(1000);
  await told.done({ kind: 'merge', id: cart, others: [web], text: 'both wait for the cache' });
  return { told, cart, web, a, b };
}

/** Each tale goes the same whether the process lives on or another takes over after the act. */
const LIVES = [
  ['in one process', (_: Story) => undefined],
  ['after a restart', (told: Story) => told.restart()],
] as const;

describe.each(LIVES)('a merge, %s', (_name, between) => {
  it('makes one incident of two, with the events, counts and strands of both', async () => {
    const { told, cart, web, a, b } = await merged();
    between(told);
    expect((await told.list()).map(({ id }) => id)).toEqual([cart]);
    expect(await told.eventsOf(cart)).toEqual([a, b]);
    expect(await told.incident(cart)).toMatchObject({ state: 'open', eventCount: 2, openedAt: T0 });
    expect(await told.incident(web)).toMatchObject({ mergedInto: cart });
    expect(await told.strandsOf(cart)).toEqual(['CrashLoopBackOff cart opened', 'CrashLoopBackOff web by-hand']);
    expect(await told.saidOf(cart)).toContainEqual(
      'merged by anna: anna merged CrashLoopBackOff: Pod shop/web into it: both wait for the cache',
    );
  });

  it('takes in what happens to either later', async () => {
    const { told, cart, a, b } = await merged();
    between(told);
    await told.later(5 * MINUTE);
    const c = await told.happens('web');
    const d = await told.happens('web', 'ErrImageNeverPull');
    const e = await told.happens('cart');
    expect((await told.list()).map(({ id }) => id)).toEqual([cart]);
    expect(await told.eventsOf(cart)).toEqual([a, b, c, d, e].sort());
    expect((await told.incident(cart)).eventCount).toBe(5);
  });

  it('holds for the next time: what was tied joins the other’s new incident, and says who tied them', async () => {
    const { told, cart } = await merged();
    between(told);
    await told.later(QUIET);
    expect(await told.incident(cart)).toMatchObject({ state: 'resolved', resolvedBy: 'tattle' });
    await told.later(QUIET);
    await told.happens('cart', 'ErrImageNeverPull');
    const next = await told.at('cart');
    expect(next.id).not.toBe(cart);
    const joined = await told.happens('web', 'Preempted');
    expect(await told.eventsOf(next.id)).toContain(joined);
    expect(await told.strandsOf(next.id)).toEqual(['ErrImageNeverPull cart opened', 'Preempted web by-hand']);
    const strands = await told.opened.history.strands(next.id);
    expect(strands.map(({ because }) => because)).toContain('anna put them together: both wait for the cache');
  });

  it('can be taken back: each has its own again, and they stay apart', async () => {
    const { told, cart, web, a, b } = await merged();
    await told.later(1000);
    await told.done({ kind: 'unmerge', id: web, text: 'two after all' }, 'ben');
    between(told);
    expect((await told.list()).map(({ id }) => id).sort()).toEqual([cart, web].sort());
    expect(await told.eventsOf(cart)).toEqual([a]);
    expect(await told.eventsOf(web)).toEqual([b]);
    expect(await told.incident(web)).toMatchObject({ state: 'open', mergedInto: null, eventCount: 1 });
    expect(await told.incident(cart)).toMatchObject({ state: 'open', eventCount: 1 });
    const later = await told.happens('web');
    expect(await told.eventsOf(web)).toEqual([b, later].sort());
    await told.later(QUIET);
    await told.later(QUIET);
    await told.happens('cart', 'ErrImageNeverPull');
    await told.happens('web', 'Preempted');
    expect((await told.at('cart')).id).not.toBe((await told.at('web')).id);
    expect(await told.saidOf(web)).toContainEqual('unmerged by ben: two after all');
  });

  it('gives back what came while it stood, too', async () => {
    const { told, cart, web, a, b } = await merged();
    await told.later(1000);
    const c = await told.happens('web');
    await told.later(1000);
    await told.done({ kind: 'unmerge', id: web, text: 'two after all' });
    between(told);
    expect(await told.eventsOf(cart)).toEqual([a]);
    expect(await told.eventsOf(web)).toEqual([b, c].sort());
    expect((await told.incident(web)).eventCount).toBe(2);
  });

  it('gives back what joined it while it stood', async () => {
    const { told, cart, web, a, b } = await merged();
    await told.later(1000);
    const c = await told.happens('web', 'ErrImageNeverPull');
    await told.later(1000);
    await told.done({ kind: 'unmerge', id: web, text: 'two after all' });
    between(told);
    expect(await told.eventsOf(cart)).toEqual([a]);
    expect(await told.eventsOf(web)).toEqual([b, c].sort());
    expect(await told.strandsOf(cart)).toEqual(['CrashLoopBackOff cart opened']);
  });

  it('can be passed on, and each part taken back', async () => {
    const { told, cart, web, a, b } = await merged();
    await told.later(1000);
    const c = await told.happens('api');
    const api = (await told.at('api')).id;
    await told.later(1000);
    await told.done({ kind: 'merge', id: api, others: [cart], text: 'all three' });
    between(told);
    expect((await told.list()).map(({ id }) => id)).toEqual([api]);
    expect(await told.eventsOf(api)).toEqual([a, b, c].sort());
    expect((await told.incident(api)).eventCount).toBe(3);
    await told.later(1000);
    await told.done({ kind: 'unmerge', id: web, text: 'not this one' });
    expect(await told.incident(web)).toMatchObject({ state: 'open', mergedInto: null, eventCount: 1 });
    expect(await told.incident(api)).toMatchObject({ eventCount: 2 });
    expect(await told.eventsOf(web)).toEqual([b]);
    expect(await told.eventsOf(api)).toEqual([a, c].sort());
  });
});

describe('a merge of what is over', () => {
  /** cart is over since, web goes on. */
  async function half() {
    const told = await story();
    await told.happens('cart');
    const { id: cart } = await told.at('cart');
    await told.later(30 * MINUTE);
    await told.happens('web');
    const { id: web } = await told.at('web');
    await told.later(32 * MINUTE);
    expect(await told.list()).toMatchObject([
      { id: web, state: 'open' },
      { id: cart, state: 'resolved' },
    ]);
    return { told, cart, web };
  }

  it('with what goes on is open', async () => {
    const { told, cart, web } = await half();
    await told.done({ kind: 'merge', id: cart, others: [web], text: 'one' });
    expect(await told.list()).toMatchObject([{ id: cart, state: 'open', resolvedAt: null, eventCount: 2 }]);
    await told.later(QUIET);
    expect(await told.list()).toMatchObject([{ id: cart, state: 'resolved', resolvedBy: 'tattle' }]);
    await told.done({ kind: 'unmerge', id: web, text: 'two' }, 'ben');
    expect(await told.list()).toMatchObject([
      { id: web, state: 'resolved', resolvedBy: 'ben', eventCount: 1 },
      { id: cart, state: 'resolved', eventCount: 1 },
    ]);
  });

  it('into what goes on leaves it open, and began when the earlier one began', async () => {
    const { told, cart, web } = await half();
    await told.done({ kind: 'merge', id: web, others: [cart], text: 'one' });
    expect(await told.list()).toMatchObject([{ id: web, state: 'open', openedAt: T0, eventCount: 2 }]);
    await told.done({ kind: 'unmerge', id: cart, text: 'two' });
    expect(await told.list()).toMatchObject([
      { id: web, state: 'open', eventCount: 1, openedAt: T0 + 30 * MINUTE },
      { id: cart, state: 'resolved', eventCount: 1, openedAt: T0 },
    ]);
  });

  it('with what is over too stays over', async () => {
    const { told, cart, web } = await half();
    await told.later(QUIET);
    await told.done({ kind: 'merge', id: cart, others: [web], text: 'one' });
    expect(await told.list()).toMatchObject([{ id: cart, state: 'resolved', resolvedBy: 'tattle', eventCount: 2 }]);
  });

  it('comes back as one', async () => {
    const { told, cart } = await merged();
    await told.later(QUIET);
    await told.happens('web');
    expect(await told.list()).toMatchObject([{ id: cart, state: 'regressed', regressions: 1, eventCount: 3 }]);
  });

  it('of what somebody acknowledged is still acknowledged', async () => {
    const told = await story();
    await told.happens('cart');
    await told.happens('web');
    const { id: cart } = await told.at('cart');
    const { id: web } = await told.at('web');
    await told.done({ kind: 'acknowledge', id: cart, text: '' });
    await told.later(1000);
    await told.done({ kind: 'merge', id: cart, others: [web], text: 'one' });
    expect(await told.list()).toMatchObject([{ id: cart, state: 'acknowledged' }]);
    await told.done({ kind: 'resolve', id: cart, text: '' });
    expect((await told.list()).map(({ state }) => state)).toEqual(['resolved']);
  });
});

describe('the name of a merge', () => {
  async function named() {
    const told = await story();
    await told.happens('cart');
    await told.happens('web', 'ErrImageNeverPull');
    const { id: cart } = await told.at('cart');
    const { id: web } = await told.at('web');
    await told.later(1000);
    await told.done({ kind: 'merge', id: cart, others: [web], text: 'one' });
    return { told, cart, web };
  }

  it('never says of one workload what is true of the other', async () => {
    const { told, cart } = await named();
    expect((await told.incident(cart)).title).not.toBe('ErrImageNeverPull: Pod shop/cart');
  });

  it('is what it was, once the merge is taken back', async () => {
    const { told, cart, web } = await named();
    await told.later(1000);
    await told.done({ kind: 'unmerge', id: web, text: 'two' });
    expect(await told.incident(cart)).toMatchObject({ title: 'CrashLoopBackOff: Pod shop/cart' });
    expect(await told.incident(web)).toMatchObject({ title: 'ErrImageNeverPull: Pod shop/web' });
  });
});

describe('a merge that makes no sense', () => {
  it('is refused, and changes nothing', async () => {
    const { told, cart, web } = await merged();
    const before = await told.list();
    for (const command of [
      { kind: 'merge', id: cart, others: [cart], text: 'x' },
      { kind: 'merge', id: cart, others: [web], text: 'again' },
      { kind: 'merge', id: web, others: [cart], text: 'round' },
      { kind: 'merge', id: cart, others: ['nope'], text: 'x' },
      { kind: 'merge', id: cart, others: [], text: 'x' },
      { kind: 'merge', id: 'nope', others: [cart], text: 'x' },
      { kind: 'unmerge', id: cart, text: 'x' },
      { kind: 'acknowledge', id: web, text: '' },
      { kind: 'resolve', id: web, text: '' },
      { kind: 'split', id: cart, objects: ['Pod/none'], conditions: [], text: 'x' },
      { kind: 'split', id: cart, objects: [], conditions: ['CrashLoopBackOff'], text: 'x' },
    ] satisfies Act[]) {
      expect(await told.act(command)).toMatchObject({ refusal: expect.any(String), incidentIds: [] });
    }
    expect(await told.list()).toEqual(before);
  });
});

describe.each(LIVES)('a split, %s', (_name, between) => {
  /** An incident of one workload that lacks an image and then crashes, and the latter split off. */
  async function split() {
    const told = await story();
    const a = await told.happens('cart', 'ErrImageNeverPull');
    await told.later(1000);
    const b = await told.happens('cart', 'BackOff');
    const { id: whole } = await told.at('cart');
    expect(await told.eventsOf(whole)).toEqual([a, b].sort());
    await told.later(1000);
    const [part = ''] = await told.done({
      kind: 'split',
      id: whole,
      objects: [],
      conditions: ['crashloopbackoff'],
      text: 'another matter',
    });
    between(told);
    return { told, whole, part, a, b };
  }

  it('takes the strand and its stored events along', async () => {
    const { told, whole, part, a, b } = await split();
    expect((await told.list()).map(({ id }) => id).sort()).toEqual([whole, part].sort());
    expect(await told.eventsOf(whole)).toEqual([a]);
    expect(await told.eventsOf(part)).toEqual([b]);
    expect(await told.strandsOf(part)).toEqual(['CrashLoopBackOff cart by-hand']);
    expect(await told.incident(part)).toMatchObject({ state: 'open', eventCount: 1, condition: 'CrashLoopBackOff' });
    expect(await told.incident(whole)).toMatchObject({ eventCount: 1, condition: 'ErrImageNeverPull' });
    expect(await told.saidOf(part)).toEqual([
      'split by anna: split from ErrImageNeverPull: Pod shop/cart by anna: another matter',
    ]);
  });

  it('is followed by what happens later, and stays apart', async () => {
    const { told, whole, part, a, b } = await split();
    await told.later(1000);
    const c = await told.happens('cart', 'BackOff');
    const d = await told.happens('cart', 'ErrImageNeverPull');
    expect(await told.eventsOf(part)).toEqual([b, c].sort());
    expect(await told.eventsOf(whole)).toEqual([a, d].sort());
    await told.later(QUIET);
    expect(await told.incident(part)).toMatchObject({ state: 'resolved' });
    await told.later(QUIET);
    const e = await told.happens('cart', 'ErrImageNeverPull');
    const f = await told.happens('cart', 'BackOff');
    const open = (await told.list()).filter(({ state }) => state !== 'resolved');
    expect(open).toHaveLength(2);
    const [one, other] = await Promise.all(open.map(({ id }) => told.eventsOf(id)));
    expect([one, other].flat().sort()).toEqual([e, f].sort());
  });

  it('can be merged again, and split once more', async () => {
    const { told, whole, part, a, b } = await split();
    await told.later(1000);
    await told.done({ kind: 'merge', id: whole, others: [part], text: 'no, one' });
    expect(await told.eventsOf(whole)).toEqual([a, b].sort());
    expect((await told.incident(whole)).eventCount).toBe(2);
    const c = await told.happens('cart', 'BackOff');
    await told.later(1000);
    const [again = ''] = await told.done({
      kind: 'split',
      id: whole,
      objects: [],
      conditions: ['CrashLoopBackOff'],
      text: 'yes, two',
    });
    expect(await told.eventsOf(again)).toEqual([b, c].sort());
    expect(await told.eventsOf(whole)).toEqual([a]);
    expect((await told.list()).map(({ id }) => id).sort()).toEqual([whole, again].sort());
  });

  it('that was made twice is told twice', async () => {
    const { told, whole, part } = await split();
    await told.later(1000);
    await told.done({ kind: 'merge', id: whole, others: [part], text: 'no, one' });
    await told.later(1000);
    await told.done({ kind: 'split', id: whole, objects: [], conditions: ['CrashLoopBackOff'], text: 'yes, two' });
    expect((await told.saidOf(whole)).filter((line) => line.startsWith('split by'))).toHaveLength(2);
  });

  it('tells workloads of one name in two namespaces apart', async () => {
    const told = await story();
    const a = await told.happens('cart');
    const b = await told.happens('cart', 'BackOff', { object: ref('Pod', 'stage', 'cart') });
    const of = async (namespace: string) =>
      (await told.list()).find(({ root }) => root.namespace === namespace)?.id ?? '';
    const [shop, stage] = [await of('shop'), await of('stage')];
    await told.later(1000);
    await told.done({ kind: 'merge', id: shop, others: [stage], text: 'one' });
    between(told);
    await told.later(1000);
    const objects = ['stage/Pod/cart'];
    const [part = ''] = await told.done({ kind: 'split', id: shop, objects, conditions: [], text: 'two' });
    expect(await told.incident(part)).toMatchObject({ root: { namespace: 'stage' }, eventCount: 1 });
    expect(await told.incident(shop)).toMatchObject({ root: { namespace: 'shop' }, eventCount: 1 });
    expect(await told.eventsOf(part)).toEqual([b]);
    expect(await told.eventsOf(shop)).toEqual([a]);
  });

  it('of the workload that an incident sits at leaves it at the other, also of the same name', async () => {
    const told = await story();
    await told.happens('cart');
    await told.happens('cart', 'BackOff', { object: ref('Pod', 'stage', 'cart') });
    const of = async (namespace: string) =>
      (await told.list()).find(({ root }) => root.namespace === namespace)?.id ?? '';
    const [shop, stage] = [await of('shop'), await of('stage')];
    await told.later(1000);
    await told.done({ kind: 'merge', id: shop, others: [stage], text: 'one' });
    await told.later(1000);
    await told.done({ kind: 'split', id: shop, objects: ['shop/Pod/cart'], conditions: [], text: 'two' });
    expect(await told.incident(shop)).toMatchObject({ root: { namespace: 'stage' } });
  });

  it('takes a workload out of a merge', async () => {
    const { told, cart, a, b } = await merged();
    between(told);
    await told.later(1000);
    const c = await told.happens('web');
    await told.later(1000);
    const objects = ['shop/pod/web'];
    const [part = ''] = await told.done({ kind: 'split', id: cart, objects, conditions: [], text: 'no' });
    expect(await told.eventsOf(part)).toEqual([b, c].sort());
    expect(await told.eventsOf(cart)).toEqual([a]);
    expect(await told.incident(part)).toMatchObject({ eventCount: 2, root: { name: 'web' } });
    const d = await told.happens('web');
    expect(await told.eventsOf(part)).toEqual([b, c, d].sort());
  });
});

describe.each(LIVES)('resolving by hand, %s', (_name, between) => {
  it('stands while the last repeats come in, and not when the problem is back', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.later(5 * MINUTE);
    await told.done({ kind: 'resolve', id, text: 'more memory' });
    between(told);
    await told.later(30_000);
    const last = await told.happens('cart');
    expect(await told.incident(id)).toMatchObject({ state: 'resolved', resolvedBy: 'anna', resolution: 'more memory' });
    expect(await told.eventsOf(id)).toContain(last);
    await told.later(MINUTE);
    await told.happens('cart');
    expect(await told.list()).toMatchObject([{ id, state: 'regressed', regressions: 1, resolution: 'more memory' }]);
  });

  it('keeps what is said afterwards', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.later(QUIET);
    await told.later(QUIET);
    between(told);
    await told.done({ kind: 'resolve', id, text: 'it was the quota' }, 'ben');
    expect(await told.incident(id)).toMatchObject({
      state: 'resolved',
      resolvedBy: 'tattle',
      resolution: 'it was the quota',
    });
    await told.happens('cart');
    const next = await told.at('cart');
    expect(next.id).not.toBe(id);
    expect(await told.opened.history.earlierIncidents(next, 5)).toMatchObject([{ id, resolution: 'it was the quota' }]);
  });
});

describe('resolving what is resolved', () => {
  it('without a word says so, and writes no empty note', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.later(1000);
    await told.done({ kind: 'resolve', id, text: 'more memory' });
    await told.later(1000);
    await told.act({ kind: 'resolve', id, text: '' }, 'ben');
    expect(await told.saidOf(id)).not.toContain('note by ben: ');
  });
});

describe.each(LIVES)('an acknowledgement, %s', (_name, between) => {
  it('survives what happens next, and ends with the incident', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.later(1000);
    await told.done({ kind: 'acknowledge', id, text: 'looking' });
    between(told);
    await told.later(MINUTE);
    await told.happens('cart');
    await told.happens('cart', 'ErrImageNeverPull');
    expect(await told.list()).toMatchObject([{ id, state: 'acknowledged', eventCount: 3 }]);
    await told.later(QUIET);
    expect(await told.incident(id)).toMatchObject({ state: 'resolved', resolvedBy: 'tattle' });
    expect(await told.act({ kind: 'acknowledge', id, text: '' })).toMatchObject({
      refusal: expect.stringContaining('resolved'),
    });
    expect(await told.saidOf(id)).toContainEqual('acknowledged by anna: looking');
  });
});

describe('notes', () => {
  it('are all kept, also of one moment', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.done({ kind: 'note', id, text: 'one' });
    await told.done({ kind: 'note', id, text: 'two' }, 'ben');
    expect(await told.saidOf(id)).toEqual(expect.arrayContaining(['note by anna: one', 'note by ben: two']));
  });

  it('reach an incident that was forgotten long ago', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.later(QUIET);
    await told.later(24 * QUIET);
    told.restart();
    await told.done({ kind: 'note', id, text: 'for the record' });
    expect(await told.saidOf(id)).toContainEqual('note by anna: for the record');
    expect(await told.incident(id)).toMatchObject({ state: 'resolved', eventCount: 1 });
  });
});

describe('acts among arrivals', () => {
  it('are decided and stored in one order with them: nothing is lost, counted twice or misplaced', async () => {
    const { told, cart, web } = await merged();
    const uids: string[] = [];
    const acts: Promise<CommandOutcome>[] = [];
    const merge: Act = { kind: 'merge', id: cart, others: [web], text: 'one' };
    const unmerge: Act = { kind: 'unmerge', id: web, text: 'two' };
    for (let round = 0; round < 12; round += 1) {
      for (let more = 0; more < 5; more += 1) {
        uids.push(told.offer('web'), told.offer('cart'));
        if (more % 2 === 0) await turn();
      }
      acts.push(told.act(round % 2 === 0 ? unmerge : merge));
      told.opened.clock.advanceTo(told.opened.clock.now() + 1000);
    }
    expect((await Promise.all(acts)).map(({ refusal }) => refusal)).toEqual(Array(12).fill(null));
    await told.settle();
    expect((await told.list()).map(({ id }) => id)).toEqual([cart]);
    expect((await told.incident(cart)).eventCount).toBe(122);
    expect(await told.eventsOf(cart)).toHaveLength(100);
    told.restart();
    await told.later(1000);
    await told.done(unmerge);
    const of = (id: string) => told.incident(id).then(({ eventCount }) => eventCount);
    expect([await of(cart), await of(web)]).toEqual([61, 61]);
  });

  it('resolve exactly what is open when their turn comes', async () => {
    const told = await story();
    await told.happens('cart');
    const { id } = await told.at('cart');
    await told.later(MINUTE);
    told.offer('cart');
    const acted = told.act({ kind: 'resolve', id, text: 'done' });
    told.offer('cart');
    expect(await acted).toMatchObject({ refusal: null });
    await told.settle();
    expect(await told.incident(id)).toMatchObject({ state: 'resolved', resolvedBy: 'anna' });
    expect(await told.eventsOf(id)).toHaveLength(3);
  });

  it('of two people at once, each is answered truly', async () => {
    const { told, cart, web } = await merged();
    const answers = await Promise.all([
      told.act({ kind: 'unmerge', id: web, text: 'two' }, 'anna'),
      told.act({ kind: 'unmerge', id: web, text: 'two' }, 'ben'),
      told.act({ kind: 'resolve', id: cart, text: 'done' }, 'cid'),
      told.act({ kind: 'acknowledge', id: cart, text: '' }, 'dora'),
    ]);
    expect(answers.map(({ refusal }) => refusal)).toEqual([
      null,
      'it is not merged into another incident',
      null,
      'it is resolved: there is nothing to acknowledge',
    ]);
  });
});

describe('while the store is down', () => {
  it('acts are refused and change nothing', async () => {
    const { told, cart, web } = await merged();
    const before = await told.list();
    told.store.down = true;
    const acts: readonly Act[] = [
      { kind: 'acknowledge', id: cart, text: '' },
      { kind: 'resolve', id: cart, text: 'x' },
      { kind: 'note', id: cart, text: 'x' },
      { kind: 'unmerge', id: web, text: 'x' },
      { kind: 'split', id: cart, objects: ['Pod/web'], conditions: [], text: 'x' },
    ];
    for (const command of acts) await expect(told.act(command)).rejects.toThrow(StoreUnavailable);
    await told.later(2000);
    for (const command of acts) await expect(told.act(command)).rejects.toThrow(StoreUnavailable);
    expect(await told.list()).toEqual(before);
    told.store.down = false;
    await told.later(2000);
    await told.happens('web');
    expect(await told.list()).toMatchObject([{ id: cart, state: 'open', eventCount: 3 }]);
    await told.done({ kind: 'acknowledge', id: cart, text: '' });
    expect(await told.list()).toMatchObject([{ id: cart, state: 'acknowledged' }]);
  });

  it('an act whose answer was lost is done once', async () => {
    const { told, cart, web } = await merged();
    told.store.losesAnswer = true;
    told.store.nextErrors.push(new ConflictError('the answer was lost'));
    await told.act({ kind: 'note', id: cart, text: 'it is the cache' });
    told.store.nextErrors.push(new ConflictError('the answer was lost'));
    await told.act({ kind: 'unmerge', id: web, text: 'x' });
    await told.later(2000);
    expect((await told.list()).map(({ eventCount }) => eventCount)).toEqual([1, 1]);
    expect((await told.saidOf(cart)).filter((line) => line.startsWith('note'))).toHaveLength(1);
    expect((await told.saidOf(web)).filter((line) => line.startsWith('unmerged'))).toHaveLength(1);
    const acts = (await told.opened.audit.entries({ targets: [cart, web], limit: 9 })).items;
    expect(acts.map(({ action }) => action)).toEqual(['incident.unmerge', 'incident.note', 'incident.merge']);
  });

  it('an act whose commit fails is forgotten with it', async () => {
    const { told, cart, web } = await merged();
    told.store.nextErrors.push(new StoreUnavailable('lost'));
    await expect(told.act({ kind: 'unmerge', id: web, text: 'x' })).rejects.toThrow(StoreUnavailable);
    await told.later(2000);
    const later = await told.happens('web');
    expect(await told.list()).toMatchObject([{ id: cart, eventCount: 3 }]);
    expect(await told.eventsOf(cart)).toContain(later);
  });
});

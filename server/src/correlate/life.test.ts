import { describe, expect, it } from 'vitest';
import type { IncidentHead, Strand } from '../model/incident.ts';
import type { Correlated } from './correlator.ts';
import { Memory } from './memory.ts';
import { BASE, orders, seeded, type Told, WatchedWorld } from './testing/watched-world.ts';

const CRASH: Told = { of: 'Pod/cart-5d4-1', as: 'CrashLoopBackOff' };
const HELD = 'Deployment/cart CrashLoopBackOff';
const OVER: Told = { ...CRASH, cleared: true };
const cart = (pods = 1, ready = false) => new WatchedWorld().deployment('cart', pods, 'n1', ready);

describe('the end of an incident', () => {
  it('comes a hold-down after the end was told, also where the level is known before it is told', () => {
    const world = cart().level(HELD, true).tell(CRASH).wait(600);
    world.level(HELD, false).wait(2).tell(OVER).wait(59);
    expect(world.open).toHaveLength(1);
    expect(world.wait(1).one()).toMatchObject({ state: 'resolved', resolvedAt: world.now });
  });

  it('comes all the same where nobody tells of it', () => {
    const world = cart().level(HELD, true).tell(CRASH).wait(600).level(HELD, false).wait(59);
    expect(world.open).toHaveLength(1);
    expect(world.wait(2).open).toEqual([]);
  });

  it('counts anew where it was well for a moment in between', () => {
    const world = cart().level(HELD, true).tell(CRASH).wait(100);
    world.level(HELD, false).wait(20).level(HELD, true).wait(300).level(HELD, false).wait(59);
    expect(world.open).toHaveLength(1);
    expect(world.wait(2).open).toEqual([]);
  });

  it('waits for the last of its objects, and is told once', () => {
    const world = cart(3).level(HELD, true);
    for (const i of [1, 2, 3]) world.tell({ ...CRASH, of: `Pod/cart-5d4-${i}` });
    for (const i of [1, 2]) world.tell({ ...OVER, of: `Pod/cart-5d4-${i}` }).wait(100);
    expect([...world.log.values()].map(({ kind }) => kind)).toEqual(['opened']);
    world
      .level(HELD, false)
      .tell({ ...OVER, of: 'Pod/cart-5d4-3' })
      .wait(61);
    expect(world.one()).toMatchObject({ state: 'resolved', resolvedAt: world.now - 1000 });
    expect([...world.log.values()].map(({ kind }) => kind)).toEqual(['opened', 'cleared', 'resolved']);
  });

  it('counts from the last end that was told, where all of them are known of before', () => {
    const world = cart(2)
      .level(HELD, true)
      .tell(CRASH, { ...CRASH, of: 'Pod/cart-5d4-2' })
      .skipTo(100)
      .level(HELD, false);
    world.tell({ ...OVER, at: 95 }, { ...OVER, of: 'Pod/cart-5d4-2', at: 60 }, { ...OVER, at: 99 }).wait(58);
    expect(world.open).toHaveLength(1);
    expect(world.wait(1).open).toEqual([]);
  });

  it('is not put off by minor things, however many come', () => {
    const world = cart().level(HELD, true).tell(CRASH).level(HELD, false).tell(OVER);
    for (let i = 0; i < 10; i += 1) world.tell({ of: 'Pod/cart-5d4-1', as: 'FailedSync', severity: 'low' }).wait(10);
    expect(world.open).toEqual([]);
  });

  it('comes when its objects vanish', () => {
    const world = cart().level(HELD, true).tell(CRASH, { of: 'Pod/cart-5d4-1', as: 'FailedMount' }).wait(30);
    world.gone('Deployment/cart').level(HELD, false).well('Deployment/cart', true).tell(OVER).wait(65);
    expect(world.open).toEqual([]);
  });
});

describe('what is told late or in the wrong order', () => {
  it('opens nothing where it was over before it was heard of', () => {
    const world = cart()
      .level(HELD, false)
      .skipTo(500)
      .tell({ ...CRASH, at: 100 });
    expect(world.incidents.size).toBe(0);
  });

  it('opens and ends an incident where it waited for the store meanwhile', () => {
    const world = cart().level(HELD, false).skipTo(2000);
    const event = world.event({ ...CRASH, at: 100 });
    world.adopt(
      world.correlator.decide(
        {
          created: [{ event, delta: 1, incidentId: null }],
          repeated: [],
          isFresh: () => true,
          arrivedAt: world.now - 1_900_000,
        },
        world.now,
      ),
    );
    world.wait(62);
    expect(world.one()).toMatchObject({ state: 'resolved' });
  });

  it('is no return where it happened before the end', () => {
    const world = cart().level(HELD, true).tell(CRASH).wait(10).level(HELD, false).tell(OVER).wait(61);
    world.tell({ ...CRASH, at: 40 });
    expect(world.one()).toMatchObject({ state: 'resolved', regressions: 0 });
  });

  it('is the same where the end is told before the beginning', () => {
    const world = cart()
      .level(HELD, false)
      .tell({ ...OVER, at: 0 }, { ...CRASH, at: 0 });
    world.wait(61);
    expect(world.open).toEqual([]);
  });

  it('by a clock that is ahead counts from when it came', () => {
    const world = cart()
      .level(HELD, true)
      .tell({ ...CRASH, at: 5000 });
    expect(world.strandsOf(world.one().id)[0]).toMatchObject({ lastSeen: world.now });
  });

  it('is another incident where one Event goes on counting long after its incident ended', () => {
    const world = cart()
      .level(HELD, true)
      .tell({ ...CRASH, uid: 'u' })
      .level(HELD, false)
      .tell(OVER)
      .wait(61);
    world.skipTo(9000).level(HELD, true);
    world.tick();
    const event = world.event({ ...CRASH, uid: 'u' });
    world.adopt(world.decide([{ ...event, observation: { ...event.observation, count: 7 } }]));
    expect(world.incidents.size).toBe(2);
    expect(world.notices()).toEqual(['opened cart', 'resolved cart', 'opened cart']);
  });
});

describe('flapping', () => {
  it('is at most one incident, whose hold-down grows, and tells less and less', () => {
    const world = cart().level(HELD, false);
    for (let i = 0; i < 60; i += 1) {
      world.level(HELD, true).tell(CRASH).wait(20).level(HELD, false).tell(OVER).wait(100);
    }
    expect(world.incidents.size).toBe(1);
    expect(world.one().regressions).toBeLessThanOrEqual(2);
    expect(world.notices().length).toBeLessThanOrEqual(6);
    expect(world.captures()).toBeLessThanOrEqual(4);
  });
});

describe('severity', () => {
  const DOWN = (name: string): Told => ({
    of: `Deployment/${name}`,
    as: 'MinimumReplicasUnavailable',
    source: 'state',
  });

  it.each<[string, WatchedWorld, Told, string]>([
    ['medium while its workload serves', cart(2, true), CRASH, 'medium'],
    ['high when it is down', cart(2, false), CRASH, 'high'],
    ['high where pods are not known', cart(2, true).forgetPods(), CRASH, 'high'],
    ['critical for a node', cart(), { of: 'Node/n1', as: 'NodeNotReady', severity: 'critical' }, 'critical'],
  ])('is %s', (_band, world, told, severity) => {
    expect(world.tell(told).one().severity).toBe(severity);
  });

  it.each([
    ['serves on between kills that are far apart', 80, 'medium'],
    ['is ready for moments between crashes', 20, 'high'],
  ])('%s', (_what, seconds, severity) => {
    const iso = (at: number) => new Date(BASE + at * 1000).toISOString();
    const state = { running: { startedAt: iso(180) } };
    const lastState = { terminated: { startedAt: iso(180 - seconds), finishedAt: iso(180) } };
    const status = {
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ restartCount: 4, state, lastState }],
    };
    const world = cart(1).put('Pod/cart-5d4-1', { owner: 'ReplicaSet/cart-5d4', node: 'n1', status }).skipTo(200);
    expect(world.tell(CRASH).one().severity).toBe(severity);
  });

  it('rises when the last replica goes, which is told once', () => {
    const world = cart(1, true).level(HELD, true).tell(CRASH).wait(5);
    world.put('Pod/cart-5d4-1', { owner: 'ReplicaSet/cart-5d4', node: 'n1', ready: false }).wait(30);
    world.put('Pod/cart-5d4-1', { owner: 'ReplicaSet/cart-5d4', node: 'n1', ready: true }).wait(30);
    world.put('Pod/cart-5d4-1', { owner: 'ReplicaSet/cart-5d4', node: 'n1', ready: false }).wait(30);
    expect(world.one().severity).toBe('high');
    expect(world.notices()).toEqual(['opened cart', 'worse cart']);
  });

  it('is critical where five workloads are down at once', () => {
    const world = new WatchedWorld().put('PersistentVolumeClaim/data');
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      world
        .deployment(name, 1, '', false)
        .put(`Pod/${name}-5d4-1`, { owner: `ReplicaSet/${name}-5d4`, spec: { volumes } });
    }
    world.tell({ of: 'PersistentVolumeClaim/data', as: 'PersistentVolumeClaimPending', source: 'state' });
    for (const name of ['a', 'b', 'c', 'd']) world.tell(DOWN(name));
    expect(world.one().severity).toBe('high');
    expect(world.tell(DOWN('e')).one().severity).toBe('critical');
  });
});

describe('evidence', () => {
  it('is captured again for a new name and a new root, not for every repeat', () => {
    const world = cart(3).level(HELD, true);
    for (let i = 0; i < 50; i += 1) {
      world
        .tell({ of: 'Pod/cart-5d4-1', as: 'Unhealthy', severity: 'medium' }, CRASH, {
          of: 'Deployment/cart',
          as: 'RolloutStuck',
        })
        .wait(30);
    }
    expect(world.captures()).toBe(2);
  });
});

describe('what people do', () => {
  const two = () => {
    const world = cart().deployment('till', 1, 'n1', false).tell(CRASH).wait(1);
    world.level(HELD, true).level('Deployment/till FailedMount', true);
    return world.tell({ of: 'Pod/till-5d4-1', as: 'FailedMount' });
  };
  const merged = () => {
    const world = two();
    const into = world.find('CrashLoopBackOff: Deployment shop/cart');
    const other = world.find('FailedMount: Deployment shop/till');
    expect(world.act({ kind: 'merge', id: into.id, others: [other.id], by: 'ann', text: 'one cause' })).toBeNull();
    return { world, into, other };
  };

  it('sticks when merged: what comes later goes on in it, also after a restart', () => {
    const { world, into } = merged();
    world.restart().tell({ of: 'Pod/till-5d4-1', as: 'Unhealthy', severity: 'medium' });
    expect(world.open).toHaveLength(1);
    expect(world.strandsOf(into.id)).toHaveLength(3);
  });

  it('sticks when taken back, also through a second merge', () => {
    const { world, into, other } = merged();
    world.deployment('desk', 1, 'n1', false).tell({ of: 'Pod/desk-5d4-1', as: 'StartError' });
    const third = world.find('StartError: Deployment shop/desk');
    world.act({ kind: 'merge', id: third.id, others: [into.id], by: 'ann', text: '' });
    expect(world.act({ kind: 'unmerge', id: other.id, by: 'bob', text: 'no' })).toBeNull();
    expect(world.strandsOf(other.id)).toHaveLength(1);
    world.restart().tell({ of: 'Pod/till-5d4-1', as: 'Unhealthy', severity: 'medium' });
    expect(world.strandsOf(other.id)).toHaveLength(2);
    expect(world.incidents.get(other.id)).toMatchObject({ mergedInto: null, state: 'open' });
  });

  it('sticks when split off, and splitting the same off again makes the same incident', () => {
    const world = cart().tell(CRASH, { of: 'Pod/cart-5d4-1', as: 'FailedMount' });
    const { id } = world.one();
    const split = { kind: 'split', id, by: 'ann', text: '', objects: [], conditions: ['CrashLoopBackOff'] } as const;
    expect(world.act(split)).toBeNull();
    expect(world.act(split)).not.toBeNull();
    world.restart().tell(CRASH, { of: 'Pod/cart-5d4-1', as: 'FailedMount' });
    expect(world.open).toHaveLength(2);
  });

  it('closes it: the last repeats of what they know are no return, later ones are', () => {
    const world = cart().level(HELD, true).tell(CRASH);
    world.act({ kind: 'resolve', id: world.one().id, by: 'ann', text: 'rolled back' });
    expect(world.wait(30).tell(CRASH).open).toEqual([]);
    expect(world.wait(60).tell(CRASH).one()).toMatchObject({ state: 'regressed', resolution: 'rolled back' });
  });
});

const withoutAdopt = (decided: Correlated): object => ({ ...decided, adopt: null });

describe('deciding', () => {
  const CONDITIONS =
    'CrashLoopBackOff Unhealthy FailedMount MinimumReplicasUnavailable FailedScheduling OOMKilled'.split(' ');
  const random = (seed: number, from = 0): Told[] => {
    const next = seeded(seed + from);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T;
    return Array.from({ length: 60 }, (_, i): Told => {
      if (next() < 0.1)
        return {
          of: `Node/${pick(['n1', 'n2'])}`,
          as: pick(['NodeNotReady', 'DiskPressure']),
          severity: 'critical',
          source: 'state',
          at: from + i,
          uid: `u${from + i}`,
        };
      const name = pick(['a', 'b', 'c', 'd']);
      const of = pick([`Pod/${name}-5d4-1`, `Pod/${name}-5d4-2`, `Deployment/${name}`, `Service/${name}`]);
      const as = of.startsWith('Service') ? 'NoEndpoints' : pick(CONDITIONS);
      return {
        of,
        as,
        at: from + i - Math.floor(next() * 90),
        uid: `u${from + i}`,
        cleared: next() < 0.2,
        severity: pick(['high', 'medium', 'low']),
      };
    });
  };
  const town = (seed: number) => {
    const world = new WatchedWorld().put('Node/n1').put('Node/n2');
    const next = seeded(seed + 1000);
    for (const name of ['a', 'b', 'c', 'd']) {
      world
        .deployment(name, 2, next() < 0.5 ? 'n1' : 'n2', next() < 0.3)
        .put(`Service/${name}`, { spec: { selector: { app: name } } });
      if (next() < 0.5) world.well(`Deployment/${name}`, next() < 0.5);
      if (next() < 0.5) world.level(`Deployment/${name} CrashLoopBackOff`, next() < 0.5);
    }
    world.skipTo(100).tell(...random(seed));
    // What went on then may have ended since.
    for (const name of ['a', 'b', 'c', 'd']) {
      world.well(`Deployment/${name}`, next() < 0.8);
      for (const condition of CONDITIONS) world.level(`Deployment/${name} ${condition}`, next() < 0.2);
    }
    return world.skipTo(400);
  };
  const rows = (world: WatchedWorld) => ({
    incidents: [...world.incidents.values()].sort((a, b) => a.id.localeCompare(b.id)),
    strands: [...world.strands.values()].sort((a, b) => a.key.localeCompare(b.key) || a.bornIn.localeCompare(b.bornIn)),
    jobs: [...world.jobs.keys()].sort(),
    log: [...world.log.keys()].sort(),
  });

  it('does not depend on how what arrived is cut into batches, nor on restarts between them', () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const story = random(seed, 300);
      const whole = rows(town(seed).tell(...story));
      expect(rows(town(seed).tellApart(...story)), `seed ${seed}, one by one`).toEqual(whole);
      const cut = 1 + (seed % 50);
      const halves = town(seed)
        .tell(...story.slice(0, cut))
        .restart()
        .tell(...story.slice(cut));
      expect(rows(halves), `seed ${seed}, restarted after ${cut}`).toEqual(whole);
    }
  });

  it('again after a failed commit makes the same ids, keys and rows', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const world = town(seed);
      const events = random(seed, 300).map((told) => world.event(told));
      const lost = world.decide(events);
      world.restart();
      expect(withoutAdopt(world.decide(events))).toEqual(withoutAdopt(lost));
    }
  });

  it('ends with the same incidents in whatever order a story is told', () => {
    const story: Told[] = [
      { of: 'Node/n1', as: 'NodeNotReady', source: 'state', severity: 'critical' },
      { of: 'Pod/cart-5d4-1', as: 'Unhealthy', severity: 'medium' },
      { of: 'Deployment/cart', as: 'MinimumReplicasUnavailable', source: 'state' },
      { of: 'Service/cart', as: 'NoEndpoints', source: 'state' },
    ];
    for (const order of orders(story)) {
      const world = cart()
        .put('Node/n1')
        .put('Service/cart', { spec: { selector: { app: 'cart' } } });
      expect(world.tellApart(...order).open).toEqual(['NodeNotReady of Node/n1']);
    }
  });
});

describe('memory', () => {
  it('keeps nothing of a hundred thousand incidents that ended', () => {
    const memory = new Memory();
    const one = cart().tell(CRASH);
    const head = one.one();
    const [strand] = one.strandsOf(head.id) as [Strand];
    for (let i = 0; i < 100_000; i += 1) {
      const incident: IncidentHead = { ...head, id: `i${i}` };
      const own = { ...strand, key: `k${i}`, incidentId: incident.id, root: { ...strand.root, name: `w${i}` } };
      memory.learn({ incidents: [incident], strands: [own] });
      memory.setOutlook(incident.id, { heldBy: own, worseAt: [] });
      memory.recovered(incident.id, i);
      memory.learn({ incidents: [{ ...incident, state: 'resolved', resolvedAt: i }], strands: [] });
    }
    expect(memory.size.incidents).toBeLessThanOrEqual(10_000);
    expect(memory.size.strands).toBe(memory.size.incidents);
    memory.forgetEndedBefore(100_000);
    expect(memory.size).toEqual({ incidents: 0, strands: 0, links: 0 });
  });
});

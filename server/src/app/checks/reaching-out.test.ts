import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../kit/clock.ts';
import { fail, ok, warn } from '../doctor/check.ts';
import { createReachingOut, keptFor, type ReachingOutParts } from './reaching-out.ts';

const LAB = { uid: 'u1', name: 'lab' };
const never = () => new Promise<never>(() => undefined);
const turn = () => new Promise((resolve) => setImmediate(resolve));

function start({ clusters = [], channels = [] }: Partial<Omit<ReachingOutParts, 'clock'>>) {
  const clock = new ManualClock(1_000_000);
  return { clock, reach: createReachingOut({ clusters, channels, clock }) };
}

describe('what has to be asked', () => {
  it('waits five seconds for a cluster that does not answer, says so, and lets go of it', async () => {
    let given: AbortSignal | undefined;
    const silent = (signal: AbortSignal) => {
      given = signal;
      return never();
    };
    const { clock, reach } = start({
      clusters: [
        { name: 'lab', ref: () => LAB, examine: silent },
        { name: 'prod', ref: () => LAB, examine: async () => [ok('cluster prod', 'answers')] },
      ],
    });
    const reached = reach();
    await turn();
    clock.advanceTo(1_005_000);
    const { clusters } = await reached;
    expect(clusters).toMatchObject([
      { name: 'cluster lab', state: 'fail', detail: 'it has not answered everything within 5 s' },
      { name: 'cluster prod', state: 'ok', title: 'The cluster prod' },
    ]);
    expect(given?.aborted).toBe(true);
  });

  it('is asked once a minute, and by one at a time', async () => {
    let asked = 0;
    const examine = async () => {
      asked += 1;
      await turn();
      return [ok('channel ops', 'fine')];
    };
    const { clock, reach } = start({ channels: [{ name: 'ops', examine }] });
    await Promise.all([reach(), reach(), reach()]);
    clock.advanceTo(1_059_999);
    await reach();
    expect(asked).toBe(1);
    clock.advanceTo(1_060_000);
    expect((await reach()).channels.get('ops')).toMatchObject({ state: 'ok' });
    expect(asked).toBe(2);
  });

  it('parts the words of the doctor from the manifest, and names what was looked at', async () => {
    const manifest = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n';
    const lacking = fail(
      'cluster lab permissions',
      'missing: pods (list)',
      `Apply this (kubectl apply -f -):\n${manifest}`,
    );
    const { reach } = start({
      clusters: [
        {
          name: 'lab',
          ref: () => LAB,
          examine: async () => [lacking, warn('cluster lab clock', '9 s behind', 'Set both.')],
        },
      ],
    });
    expect((await reach()).clusters).toMatchObject([
      {
        title: 'What may be read in lab',
        mend: expect.stringContaining('kubectl apply') as string,
        manifest,
        cluster: LAB,
      },
      { title: 'The clock of lab', mend: 'Set both.', manifest: null },
    ]);
  });

  it('is a failed check where looking itself fails', async () => {
    const examine = () => Promise.reject(new Error('no such file'));
    const { reach } = start({ channels: [{ name: 'ops', examine }] });
    expect((await reach()).channels.get('ops')).toMatchObject({ state: 'fail', detail: 'no such file' });
  });
});

it('what could not be answered is not kept', async () => {
  let tries = 0;
  const ask = keptFor(60_000, new ManualClock(0), async () => {
    tries += 1;
    if (tries === 1) throw new Error('not now');
    return tries;
  });
  await expect(ask()).rejects.toThrow('not now');
  expect(await ask()).toBe(2);
  expect(await ask()).toBe(2);
});

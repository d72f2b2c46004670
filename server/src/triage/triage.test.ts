import { describe, expect, it } from 'vitest';
import { createRedactor } from '../kit/redaction.ts';
import { DEFAULT_FILTER } from '../model/settings.ts';
import { createTriage, type TriageOptions } from './triage.ts';
import { cacheOf, deployment, event, recorded, state } from './testing/observations.ts';

function triageOver(options: Partial<TriageOptions> = {}) {
  const made = createRedactor();
  if (!made.ok) throw new Error('no redactor');
  return createTriage({
    objects: cacheOf(),
    filter: { ...DEFAULT_FILTER, namespaces: 'all' },
    redactor: made.redactor,
    ...options,
  });
}

describe('triage', () => {
  it('keeps every event of the recordings, in order, when all namespaces are chosen', () => {
    for (const recording of ['states', 'story'] as const) {
      const arrivals = recorded(recording);
      const { kept, dropped } = triageOver().triage(arrivals);
      expect(dropped).toEqual([]);
      expect(kept.map(({ observation }) => observation.uid)).toEqual(arrivals.map(({ uid }) => uid));
    }
  });

  it('gives five pods of a deployment one fingerprint, and another problem another', () => {
    const { pods, objects } = deployment('shop', 'web', 5);
    const back = pods.map((object, i) =>
      event({
        uid: `e${i}`,
        object,
        reason: 'BackOff',
        type: 'Warning',
        message: `Back-off restarting failed container web in pod ${object.name}_shop(982c78ec-72fd-4f88-aa2c-c13f28b5b94${i})`,
      }),
    );
    const probe = event({
      object: pods[0] ?? back[0]!.object,
      reason: 'Unhealthy',
      type: 'Warning',
      message: 'Liveness probe failed',
    });
    const { kept } = triageOver({ objects: cacheOf(...objects) }).triage([...back, probe]);
    expect(new Set(kept.slice(0, 5).map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(kept[5]?.fingerprint).not.toBe(kept[0]?.fingerprint);
    expect(new Set(kept.map(({ correlationId }) => correlationId)).size).toBe(1);
    expect(kept[0]?.rootOwner).toMatchObject({ kind: 'Deployment', name: 'web' });
  });

  it('lets no secret through in messages, labels or annotations, also of a message that it remembers', () => {
    const secret = event({
      message: 'connect to postgres://app:hunter2@db failed',
      annotations: { 'example.com/api-token': 'hunter2' },
      labels: { app: 'web' },
    });
    const { kept } = triageOver().triage([secret, { ...secret }, { ...secret, uid: 'other' }]);
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect(kept[0]?.observation.labels).toEqual({ app: 'web' });
  });

  it('gives the same fingerprint however much it saw before', () => {
    const warm = triageOver();
    const arrivals = recorded('story');
    warm.triage(arrivals);
    const again = warm.triage(arrivals).kept.map(({ fingerprint }) => fingerprint);
    const alone = arrivals.map((arrival) => triageOver().triage([arrival]).kept[0]?.fingerprint);
    expect(again).toEqual(alone);
  });

  it('sets aside what breaks a rule, and goes on', () => {
    const rules = [
      ({ uid }: { uid: string }) => {
        if (uid === 'odd') throw new Error('cannot read it');
        return null;
      },
    ];
    const { kept, dropped } = triageOver({ rules }).triage([
      event({ uid: 'a' }),
      event({ uid: 'odd' }),
      event({ uid: 'b' }),
    ]);
    expect(kept.map(({ observation }) => observation.uid)).toEqual(['a', 'b']);
    expect(dropped).toMatchObject([{ reason: 'poison', error: 'cannot read it', observation: { uid: 'odd' } }]);
  });

  it('takes hostile text as it comes', () => {
    const odd = ['\u0000', '\ud800', '__proto__', 'constructor', '\u202e', 'x'.repeat(65_536), ''];
    const arrivals = odd.flatMap((text) => [
      event({ message: text, reason: text, type: text, component: text }),
      state(text, 'raised'),
    ]);
    const { kept, dropped } = triageOver().triage(arrivals);
    expect([kept.length, dropped.length]).toEqual([arrivals.length, 0]);
    for (const { category } of kept) expect(typeof category).toBe('string');
  });

  it('names the node of a kubelet, and no host of anybody else', () => {
    const { kept } = triageOver().triage([event(), event({ component: 'replicaset-controller', host: 'master-0' })]);
    expect(kept.map(({ node }) => node)).toEqual(['node-1', '']);
  });
});

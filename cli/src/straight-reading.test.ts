/** Reading clusters and recordings without a server: what the engine is asked, what is printed, how it ends. */
import { fileURLToPath } from 'node:url';
import { diagnoseRecording as realDiagnosis, lookAtRecording as realLook } from '@tattle/server';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Diagnosed, DiagnosisOptions, Engine, Look, LookOptions } from './engine.ts';
import { historyOf, NOW, run, wireEvent } from './testing/run.ts';

const STATES = fileURLToPath(new URL('../../examples/states', import.meta.url));
/** In a directory without a store. */
const env = { KUBECONFIG: '/k', TATTLE_DATA_DIR: '/nowhere/at/all' };

function lookOf(changes: Partial<Look> = {}) {
  const { opened } = historyOf([wireEvent()]);
  const asked: LookOptions[] = [];
  let closed = 0;
  const engine: Partial<Engine> = {
    lookAtClusters: async (options) => {
      asked.push(options);
      const close = async () => void (closed += 1);
      return { kind: 'open', look: { ...opened, close, now: null, notes: [], ...changes } };
    },
  };
  return { engine, asked, closed: () => closed };
}

describe('events of a cluster', () => {
  it('are read where neither a server nor a store is there, which is said on a terminal', async () => {
    const { engine, asked, closed } = lookOf();
    const { code, out, err } = await run(['events'], { engine, env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Pod/web-1');
    expect(asked[0]).toMatchObject({ namespaces: 'all', follow: false });
    expect(asked[0]).not.toHaveProperty('contexts');
    expect(closed()).toBe(1);
    expect((await run(['events'], { engine, env, terminal: true })).err).toContain('reading the cluster itself');
  });

  it('are asked for with the flags of kubectl', async () => {
    const { engine, asked } = lookOf();
    await run(['events', '--context', 'prod,dev', '--kubeconfig', 'a:b', '-n', 'shop', '-n', 'web'], { engine });
    await run(['events', '--context', 'prod', '-n', '!kube-system'], { engine });
    expect(asked[0]).toMatchObject({ contexts: ['prod', 'dev'], kubeconfig: ['a', 'b'], namespaces: ['shop', 'web'] });
    expect(asked[1]).toMatchObject({ contexts: ['prod'], namespaces: 'all' });
    expect(asked[1]).not.toHaveProperty('kubeconfig');
  });

  it('come with what could not be seen, on any standard error', async () => {
    const { engine } = lookOf({ notes: ['only shop is seen\n\u001b[2Jkind: Role'] });
    const { code, err } = await run(['events', '--context', 'prod'], { engine });
    expect({ code, err }).toEqual({ code: 0, err: 'only shop is seen\n\\x1b[2Jkind: Role\n' });
  });

  it('are followed until Ctrl-C', async () => {
    const { engine, asked, closed } = lookOf();
    const signal = AbortSignal.timeout(200);
    const { code, out } = await run(['events', '--context', 'prod', '--watch'], { engine, signal });
    expect(code).toBe(130);
    expect(out).toContain('Pod/web-1');
    expect(asked[0]?.follow).toBe(true);
    expect(closed()).toBe(1);
  });

  it('are denied, or nobody is there: with the mend and its own exit code', async () => {
    const answer = (kind: 'denied' | 'unreachable') => ({
      lookAtClusters: async () =>
        ({ kind, detail: 'events is forbidden\nThis would mend it:\nkind: ClusterRole' }) as const,
    });
    const denied = await run(['events', '--context', 'prod'], { engine: answer('denied') });
    expect(denied).toEqual({
      code: 4,
      out: '',
      err: 'tattle: events is forbidden\nThis would mend it:\nkind: ClusterRole\n',
    });
    expect((await run(['events', '--context', 'prod'], { engine: answer('unreachable') })).code).toBe(3);
    const broken = { lookAtClusters: () => Promise.reject(new Error('context "prod" is not defined')) };
    expect(await run(['events', '--context', 'prod'], { engine: broken })).toMatchObject({
      code: 3,
      err: 'tattle: context "prod" is not defined\n',
    });
  });
});

describe('events of a recording', () => {
  const engine = { lookAtRecording: realLook };

  it('have their ages from its end', async () => {
    const { code, out, err } = await run(['events', '--recording', STATES, '-n', 'checkout', '--since', '5m'], {
      engine,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/\d+s \(x\d+ over \d+m\d+s\) +Warning +BackOff +Pod\/cart-api-/);
  });

  it.each(['json', 'jsonl', 'yaml', 'name', 'wide'])('come as %s', async (form) => {
    const { code, out } = await run(['events', '--recording', STATES, '--limit', '7', '-o', form], { engine });
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    if (form === 'json') expect(JSON.parse(out)).toHaveLength(7);
    else if (form === 'yaml') expect(parse(out)).toHaveLength(7);
    else expect(lines).toHaveLength(form === 'wide' ? 8 : 7);
  });

  it('cannot be watched, nor read from nowhere', async () => {
    expect((await run(['events', '--recording', STATES, '--watch'], { engine })).code).toBe(2);
    expect(await run(['events', '--recording', '/nowhere'], { engine })).toMatchObject({
      code: 3,
      err: expect.stringContaining('/nowhere'),
    });
  });
});

function diagnosisOf(items: readonly object[], changes: Partial<Diagnosed> = {}) {
  const { opened } = historyOf([], { '/api/v1/incidents': { items, nextCursor: null } });
  const asked: DiagnosisOptions[] = [];
  let closed = 0;
  const engine: Partial<Engine> = {
    diagnoseClusters: async (options) => {
      asked.push(options);
      const close = async () => void (closed += 1);
      return {
        kind: 'diagnosed',
        diagnosed: { api: opened, now: null, notes: [], isObjectThere: true, close, ...changes },
      };
    },
  };
  return { engine, asked, closed: () => closed };
}

describe('diagnose', () => {
  it('is well with 0, wrong with 5, and closes what it opened', { timeout: 60_000 }, async () => {
    const well = diagnosisOf([]);
    expect(await run(['diagnose', '--context', 'prod'], { engine: well.engine })).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(well.closed()).toBe(1);
    expect(well.asked[0]).toMatchObject({ contexts: ['prod'], namespaces: 'all', forSeconds: 30 });
    const engine = { diagnoseRecording: realDiagnosis };
    const wrong = await run(['diagnose', 'deploy/cart-api', '--recording', STATES, '-n', 'checkout'], { engine });
    expect(wrong.code).toBe(5);
    expect(wrong.out).toMatch(/^CrashLoopBackOff: Deployment checkout\/cart-api\n {2}high, open for \d+m/);
    expect(wrong.out).toContain('DATABASE_URL');
  });

  it('prints arrays for programs', async () => {
    for (const form of ['json', 'yaml']) {
      const { code, out } = await run(['diagnose', '--context', 'prod', '-o', form], {
        engine: diagnosisOf([]).engine,
      });
      expect([code, parse(out)]).toEqual([0, []]);
    }
  });

  it('says what could not be seen, and that an object is not there', async () => {
    const { engine, asked, closed } = diagnosisOf([], { notes: ['nodes is denied'], isObjectThere: false });
    const { code, err } = await run(['diagnose', 'deploy/wbe', '--context', 'prod', '-n', 'shop'], { engine });
    expect({ code, err }).toEqual({ code: 1, err: 'nodes is denied\ntattle: there is no Deployment wbe in shop\n' });
    expect(asked[0]).toMatchObject({ namespaces: ['shop'], object: { kind: 'Deployment', name: 'wbe' } });
    expect(closed()).toBe(1);
  });

  it('closes what it opened when it fails', async () => {
    const { engine, closed } = diagnosisOf([], {
      api: { request: () => Promise.reject(new Error('broken')), close: async () => {} },
    });
    expect((await run(['diagnose', '--context', 'prod'], { engine })).code).toBe(1);
    expect(closed()).toBe(1);
  });

  it('asks a server or a store that is named, and an incident is told as why tells it', async () => {
    const { opened, asked } = historyOf([], {
      '/api/v1/incidents': { items: [], nextCursor: null },
      '/api/v1/incidents/3f2a': { id: '3f2a', state: 'open' },
      '/api/v1/incidents/9c01': { id: '9c01', state: 'resolved' },
    });
    const diagnose = async (...args: string[]) =>
      (await run(['diagnose', ...args, '--data-dir', '.'], { opened })).code;
    expect(await diagnose()).toBe(0);
    expect(await diagnose('3f2a', '-o', 'json')).toBe(5);
    expect(await diagnose('9c01', '-o', 'json')).toBe(0);
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/v1/incidents',
      '/api/v1/incidents/3f2a',
      '/api/v1/incidents/9c01',
    ]);
  });

  it.each([
    [['diagnose', 'deploy/', '--context', 'x'], 'KIND/NAME'],
    [['diagnose', '-n', 'a', '-A'], 'exclude one another'],
    [['diagnose', '--for-seconds', '0'], 'from 1 to'],
    [['diagnose', '--context', 'x', '--recording', 'r'], 'exclude one another'],
  ])('%j is a usage error', async (args, told) => {
    const { code, err } = await run(args, { engine: diagnosisOf([]).engine });
    expect([code, err.includes(told)]).toEqual([2, true]);
  });
});

it('why and incidents never read a cluster by themselves', async () => {
  const { engine } = lookOf();
  for (const args of [['why'], ['incident', 'list']]) {
    expect((await run(args, { engine, env, now: () => NOW })).code).toBe(3);
  }
});

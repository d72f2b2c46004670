import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Check, DoctorOptions } from './engine.ts';
import { run } from './testing/run.ts';

const CHECKS: readonly Check[] = [
  { name: 'Node', state: 'ok', detail: 'version 24.0.0', mend: '' },
  {
    name: 'cluster prod permissions',
    state: 'warn',
    detail: 'missing: \u001b[2Jnodes',
    mend: 'Apply this:\nkind: Role\n---\nkind: RoleBinding',
  },
  { name: 'store', state: 'skipped', detail: 'none yet', mend: '' },
];
const failing: Check = { name: 'server', state: 'fail', detail: 'does not answer', mend: 'Is it running?' };

function engineOf(checks: readonly Check[]) {
  const asked: DoctorOptions[] = [];
  return { asked, engine: { examine: async (options: DoctorOptions) => (asked.push(options), checks) } };
}

it('prints a line a check, and the mend from the first column on, to be pasted', async () => {
  const { code, out, err } = await run(['doctor'], engineOf(CHECKS));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n')).toEqual([
    'ok    Node: version 24.0.0',
    'warn  cluster prod permissions: missing: \\x1b[2Jnodes',
    '      → Apply this:',
    'kind: Role',
    '---',
    'kind: RoleBinding',
    '-     store: none yet',
    '',
    '1 fine, 1 to look at, 0 failing, 1 not looked at',
    '',
  ]);
});

it('exits with 1 where something fails', async () => {
  const { code, out } = await run(['doctor'], engineOf([...CHECKS, failing]));
  expect(code).toBe(1);
  expect(out).toContain('FAIL  server: does not answer\n      → Is it running?\n');
});

it('prints its checks for programs', async () => {
  for (const form of ['json', 'yaml']) {
    expect(parse((await run(['doctor', '-o', form], engineOf(CHECKS))).out)).toEqual(CHECKS);
  }
});

it('looks at what its flags name', async () => {
  const { asked, engine } = engineOf([]);
  const env = { TATTLE_USER: 'anna', TATTLE_TOKEN: 't', TATTLE_CONFIG: 'c.yaml' };
  await run(['doctor', '--context', 'prod', '--data-dir', 'd'], { engine, env });
  expect(asked[0]).toMatchObject({
    config: 'c.yaml',
    overrides: { 'clusters.contexts': 'prod', 'clusters.source': 'kubeconfig', dataDir: 'd' },
  });
  expect(asked[0]?.env).not.toHaveProperty('TATTLE_USER');
  await run(['doctor', '--server', 'http://x:1'], { engine, env });
  expect(asked[1]?.server).toEqual({ url: 'http://x:1/', token: 't' });
  // There it is what the command sends, and not what a server of this machine would take.
  expect(asked[1]?.env).not.toHaveProperty('TATTLE_TOKEN');
  expect((await run(['doctor', '--server', 'nonsense'], { engine })).code).toBe(2);
});

describe('a test alert', () => {
  it('is told step by step, with what is waited for on a terminal alone', async () => {
    const steps = [...CHECKS.slice(0, 1), failing];
    const examine = async ({ onCheck, onWait }: DoctorOptions) => {
      for (const step of steps) await onCheck?.(step);
      await onWait?.('nobody');
      return steps;
    };
    const { code, out, err } = await run(['doctor', '--alert'], { engine: { examine } });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toBe(
      'ok    Node: version 24.0.0\nFAIL  server: does not answer\n      → Is it running?\n\n1 fine, 0 to look at, 1 failing, 0 not looked at\n',
    );
    const { out: whole } = await run(['doctor', '--alert', '-o', 'json'], { engine: { examine: async () => steps } });
    expect(parse(whole)).toEqual(steps);
  });

  it('is what its flags say', async () => {
    const { asked, engine } = engineOf([]);
    await run(['doctor', '--alert'], { engine });
    const args = ['--alert', 'http://am:9093/prefix', '-n', 'shop', '--label', 'team=a,b', '--label', 'tier=1'];
    await run(['doctor', ...args, '--wait', '90s'], { engine });
    expect(asked.map(({ alert }) => alert)).toEqual([
      { labels: {}, waitMs: 120_000 },
      { url: 'http://am:9093/prefix', namespace: 'shop', labels: { team: 'a,b', tier: '1' }, waitMs: 90_000 },
    ]);
    expect(asked[1]?.overrides).toEqual({});
  });

  it.each([
    [['--alert', 'am:9093'], 'no http(s) URL'],
    [['--alert', 'http://ann:s3cr3t@am:9093'], 'no http(s) URL'],
    [['--alert', '--label', 'team'], 'is no label'],
    [['--alert', '--wait', 'long'], 'no stretch of time'],
    [['--wait', '2m'], 'Add --alert'],
  ])('%j is a usage error', async (args, told) => {
    const { asked, engine } = engineOf([]);
    const { code, err } = await run(['doctor', ...args], { engine });
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toContain(told);
    expect(err).not.toContain('s3cr3t');
  });
});

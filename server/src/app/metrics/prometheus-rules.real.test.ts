/** What deploy/ gives to Prometheus and Alertmanager, before their own tools. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const DEPLOY = join(import.meta.dirname, '../../../../deploy');
const ALERTMANAGER = join(DEPLOY, 'alertmanager/alertmanager.yml');
const run = promisify(execFile);

/** Rejects with what the tool said where it does not exit with 0. */
async function saidBy(program: 'promtool' | 'amtool', ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(`/usr/bin/${program}`, args);
  return `${stdout}${stderr}`;
}

describe('the rules for Prometheus', () => {
  it('are rules', async () => {
    const files = ['tattle-alerts.yaml', 'tattle-records.yaml'].map((name) => join(DEPLOY, 'prometheus', name));
    expect(await saidBy('promtool', 'check', 'rules', '--lint=all', '--lint-fatal', ...files)).toMatch(
      /23 rules found/,
    );
  });

  it('fire when they should, and not when they should not', async () => {
    expect(await saidBy('promtool', 'test', 'rules', join(DEPLOY, 'prometheus/tests/alerts.yaml'))).toMatch(/SUCCESS/);
  });

  it('would be told of by their tests if they did not', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'tattle-rules-'));
    onTestFinished(() => rm(copy, { recursive: true }));
    await cp(join(DEPLOY, 'prometheus'), copy, { recursive: true });
    const alerts = join(copy, 'tattle-alerts.yaml');
    for (const [what, otherwise] of [
      ['tattle_store_up == 0', 'tattle_store_up == 2'],
      ['tattle:spool:ratio > 0.95', 'tattle:spool:ratio > 0.5'],
      ['status=~"dead|disabled"', 'status=~"disabled"'],
    ] as const) {
      const text = await readFile(join(DEPLOY, 'prometheus/tattle-alerts.yaml'), 'utf8');
      expect(text).toContain(what);
      await writeFile(alerts, text.replace(what, otherwise));
      await expect(saidBy('promtool', 'test', 'rules', join(copy, 'tests/alerts.yaml'))).rejects.toThrow(/FAILED/);
    }
  });

  it('are found by the configuration that comes with them', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'tattle-rules-'));
    onTestFinished(() => rm(copy, { recursive: true }));
    await cp(join(DEPLOY, 'prometheus'), copy, { recursive: true });
    const config = join(copy, 'prometheus.yml');
    await writeFile(join(copy, 'token'), 'secret');
    const text = await readFile(config, 'utf8');
    await writeFile(config, text.replace('/etc/prometheus/secrets/tattle/token', join(copy, 'token')));
    expect(await saidBy('promtool', 'check', 'config', config)).toMatch(/2 rule files found[^]*23 rules found/);
  });
});

describe('the configuration for Alertmanager', () => {
  it('is one', async () => {
    expect(await saidBy('amtool', 'check-config', ALERTMANAGER)).toMatch(/SUCCESS[^]*3 receivers/);
  });

  it.each([
    ['a problem of a workload', ['alertname=KubePodCrashLooping', 'severity=warning', 'namespace=shop'], 'tattle'],
    ['a critical one of nobody’s namespace', ['alertname=EtcdDown', 'severity=critical'], 'tattle'],
    ['what is no problem yet', ['alertname=CpuThrottling', 'severity=info'], 'null'],
    ['what has no severity', ['alertname=Something'], 'null'],
    ['the sign of life', ['alertname=Watchdog', 'severity=critical'], 'null'],
    ['what Tattle made', ['alertname=CrashLoopBackOff', 'severity=critical', 'tattle_incident=3f2a'], 'on-call'],
    ['Tattle that is down', ['alertname=TattleDown', 'severity=critical'], 'on-call'],
    ['a bug of Tattle', ['alertname=TattleAnalyzerFails', 'severity=info'], 'null'],
  ])('leads %s where it belongs', async (_what, labels, receiver) => {
    const args = ['config', 'routes', 'test', `--config.file=${ALERTMANAGER}`, `--verify.receivers=${receiver}`];
    expect(await saidBy('amtool', ...args, ...labels)).toContain(receiver);
  });
});

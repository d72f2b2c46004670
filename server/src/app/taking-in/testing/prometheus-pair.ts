/** A real Alertmanager, and a real Prometheus in front of it, in scratch folders on free ports of this machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Running {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

const STARTS_WITHIN_MS = 20_000;

/** `webhook`: where its one receiver is. */
export async function startAlertmanager(
  folder: string,
  webhook: { readonly url: string; readonly token: string },
): Promise<Running> {
  await mkdir(folder, { recursive: true });
  const config = {
    route: {
      receiver: 'tattle',
      group_by: ['alertname'],
      group_wait: '1s',
      group_interval: '2s',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: 'tattle',
        webhook_configs: [
          { url: webhook.url, send_resolved: true, http_config: { authorization: { credentials: webhook.token } } },
        ],
      },
    ],
  };
  // JSON is YAML.
  await writeFile(join(folder, 'alertmanager.yml'), JSON.stringify(config));
  return start('prometheus-alertmanager', [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--cluster.listen-address=',
  ]);
}

/** `rules`: of one group, evaluated each second over what `exporter` says. */
export async function startPrometheus(
  folder: string,
  {
    exporter,
    alertmanager,
    rules,
  }: { readonly exporter: string; readonly alertmanager: string; readonly rules: readonly object[] },
): Promise<Running> {
  await mkdir(folder, { recursive: true });
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules.yml')],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: [{ job_name: 'shop', honor_labels: true, static_configs: [{ targets: [exporter] }] }],
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'shop', rules }] }));
  return start('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--rules.alert.resend-delay=2s',
  ]);
}

async function start(program: string, flags: readonly string[]): Promise<Running> {
  const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = once(child, 'close');
  const address = await addressIn(() => log, child, program);
  return {
    address,
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** As both of them log it, once it is known. */
async function addressIn(log: () => string, child: ChildProcess, program: string): Promise<string> {
  const until = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const address = /address=(127\.0\.0\.1:[1-9]\d*)/.exec(log())?.[1];
    if (address !== undefined) return address;
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`${program} does not listen:\n${log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

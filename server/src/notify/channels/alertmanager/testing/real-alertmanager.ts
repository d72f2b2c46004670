/** A real Alertmanager on loopback in a scratch folder, which notifies a local HTTP server. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { answers, type FaultyEndpoint, faultyEndpoint } from '../../../testing/faulty-endpoint.ts';

export interface GettableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string };
}

/** What its webhook receiver sends. */
export interface Notification {
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

export interface RealAlertmanager {
  readonly url: string;
  /** Those that fire. */
  alerts(): Promise<readonly GettableAlert[]>;
  notifications(): readonly Notification[];
  amtool(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
  /** On the same port; it has forgotten everything. */
  restart(): Promise<void>;
}

const ALERTMANAGER = 'prometheus-alertmanager';
const PATIENCE_MS = 30_000;

/** Stopped at the end of the test. `receiver`: where it notifies; a server of its own unless told. */
export async function startAlertmanager(receiver?: {
  readonly url: string;
  readonly token: string;
}): Promise<RealAlertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-alertmanager-'));
  const hook = await faultyEndpoint(answers.status(200));
  const configuration = join(folder, 'alertmanager.yml');
  await writeFile(configuration, configurationText(receiver ?? { url: hook.url, token: '' }));
  let running = await launch(folder, configuration, 0);
  const { port } = running;
  const url = `http://127.0.0.1:${port}`;
  onTestFinished(async () => {
    await running.stop();
    await hook.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url,
    alerts: async () => {
      const response = await fetch(`${url}/api/v2/alerts`);
      return (await response.json()) as readonly GettableAlert[];
    },
    notifications: () => notificationsIn(hook),
    amtool: async (...args) => (await promisify(execFile)('amtool', [`--alertmanager.url=${url}`, ...args])).stdout,
    stop: () => running.stop(),
    restart: async () => {
      await running.stop();
      await rm(join(folder, 'data'), { recursive: true, force: true });
      running = await launch(folder, configuration, port);
    },
  };
}

/** Asks until something else than undefined is answered. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms for ${what}`);
    await sleep(50);
  }
}

function notificationsIn({ received }: FaultyEndpoint): readonly Notification[] {
  return received.map(({ body }) => JSON.parse(body) as Notification);
}

function configurationText({ url, token }: { readonly url: string; readonly token: string }): string {
  const authorization = token === '' ? {} : { http_config: { authorization: { credentials: token } } };
  return JSON.stringify({
    route: {
      receiver: 'hook',
      group_by: ['tattle_incident'],
      group_wait: '500ms',
      group_interval: '1s',
      repeat_interval: '4h',
    },
    receivers: [{ name: 'hook', webhook_configs: [{ url, send_resolved: true, ...authorization }] }],
  });
}

async function launch(folder: string, configuration: string, port: number) {
  const child = spawn(
    ALERTMANAGER,
    [
      `--config.file=${configuration}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.format=json',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    return { port: await portOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-10_000);
  });
  return eventually('Alertmanager to listen', () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${log}`);
    const port =
      /"address":"127\.0\.0\.1:(\d+)"[^\n]*"Listening on"|"Listening on"[^\n]*"address":"127\.0\.0\.1:(\d+)"/.exec(log);
    return port === null ? undefined : Number(port[1] ?? port[2]);
  });
}

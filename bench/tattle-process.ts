/** A whole Tattle as a process of its own, pointed at an API server, and the figures that its `/metrics` give. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nextLine, type Running, run } from './processes.ts';

const ROOT = join(import.meta.dirname, '..');

/** What `npm start` runs, so that benches measure what people get. */
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
const START = scripts.start.split(' ').slice(1);
const MAIN = join(ROOT, START.at(-1) ?? '');
const START_FLAGS = START.slice(0, -1);

export interface TattleProcess extends Running {
  readonly origin: string;
  readonly token: string;
  get(path: string): Promise<Response>;
  metrics(): Promise<Metrics>;
}

/** `home` is a folder of its own: kubeconfig and data directory lie in it. Resolves when it answers. */
export async function startTattle(
  apiServer: string,
  home: string,
  env: Readonly<Record<string, string>> = {},
  nodeFlags: readonly string[] = [],
): Promise<TattleProcess> {
  const running = spawnTattle(await writeKubeconfig(apiServer, home), home, env, nodeFlags);
  const link = /https?:\/\/\S+/.exec(await nextLine(running))?.[0];
  if (link === undefined) throw new Error('Tattle printed no link');
  const { origin, searchParams } = new URL(link);
  const token = searchParams.get('token') ?? '';
  const get = (path: string) => fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { ...running, origin, token, get, metrics: async () => new Metrics(await (await get('/metrics')).text()) };
}

export async function writeKubeconfig(apiServer: string, home: string): Promise<string> {
  const path = join(home, 'kubeconfig.json');
  await writeFile(path, JSON.stringify(kubeconfigFor(apiServer)));
  return path;
}

export function spawnTattle(
  kubeconfig: string,
  home: string,
  env: Readonly<Record<string, string>>,
  nodeFlags: readonly string[] = [],
): Running {
  const own = {
    TATTLE_KUBECONFIG: kubeconfig,
    TATTLE_DATA_DIR: join(home, 'data'),
    TATTLE_PORT: '0',
    TATTLE_NAMESPACES: 'all',
    TATTLE_LOG_LEVEL: 'warn',
  };
  return run(MAIN, [], { ...own, ...env }, [...START_FLAGS, ...nodeFlags]);
}

function kubeconfigFor(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server } }],
    users: [{ name: 'bench', user: {} }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
}

export class Metrics {
  readonly #values = new Map<string, number>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const split = line.lastIndexOf(' ');
      if (!line.startsWith('#') && split > 0) this.#values.set(line.slice(0, split), Number(line.slice(split + 1)));
    }
  }

  /** Sum over all labels. */
  total(name: string): number {
    let sum = 0;
    for (const [key, value] of this.#values) if (key === name || key.startsWith(`${name}{`)) sum += value;
    return sum;
  }

  /** Quantile of what a histogram without labels gained since `before`: interpolated within its bucket, milliseconds. */
  quantileMs(name: string, quantile: number, before: Metrics): number {
    const counts = [...this.#values]
      .filter(([key]) => key.startsWith(`${name}_bucket{le="`))
      .map(([key, value]) => [boundOf(key), value - (before.#values.get(key) ?? 0)] as const)
      .sort((a, b) => a[0] - b[0]);
    const wanted = (counts.at(-1)?.[1] ?? 0) * quantile;
    let lower = [0, 0] as readonly [number, number];
    for (const upper of counts) {
      if (upper[1] >= wanted) {
        if (upper[0] === Infinity) return Infinity;
        return 1000 * (lower[0] + ((upper[0] - lower[0]) * (wanted - lower[1])) / Math.max(1, upper[1] - lower[1]));
      }
      lower = upper;
    }
    return Number.NaN;
  }
}

function boundOf(key: string): number {
  const bound = /le="([^"]+)"/.exec(key)?.[1] ?? '';
  return bound === '+Inf' ? Infinity : Number(bound);
}

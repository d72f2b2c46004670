/**
 * Does what a newcomer does: `npm start` without a cluster, in an empty folder. Fails unless the simulated cluster's problems and its pages are
 * served within ten seconds of the printed link, by the token of that link, and the process stops cleanly when asked to.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const LINK_WITHIN_MS = 20_000;
const PROBLEMS_WITHIN_MS = 10_000;

interface Problems {
  readonly events: number;
  readonly incidents: readonly { readonly title: string }[];
}

async function firstRun(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-first-run-'));
  const began = performance.now();
  const { KUBECONFIG: _kubeconfig, KUBERNETES_SERVICE_HOST: _host, ...environment } = process.env;
  const tattle = spawn('npm', ['start', '--silent'], {
    env: { ...environment, HOME: home, TATTLE_DATA_DIR: join(home, 'data'), TATTLE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = new Promise<number | null>((resolve) => tattle.once('exit', resolve));
  try {
    const link = await withDeadline(linkOf(tattle.stdout), LINK_WITHIN_MS, 'no link was printed');
    const linkSeconds = (performance.now() - began) / 1000;
    await pageAt(link);
    const problems = await problemsWithin(link);
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `link after ${linkSeconds.toFixed(1)} s; after ${seconds.toFixed(1)} s: ${problems.events} events, incidents:`,
    );
    for (const { title } of problems.incidents) console.log(`  ${title}`);
    process.kill(await serverPid(join(home, 'data')), 'SIGTERM');
    const code = await withDeadline(exited, 20_000, 'it did not stop when asked to');
    if (code !== 0) throw new Error(`it exited with ${code} when asked to stop`);
  } finally {
    if (tattle.exitCode === null && tattle.signalCode === null && tattle.pid !== undefined)
      process.kill(-tattle.pid, 'SIGKILL');
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** npm stands between: what has to stop cleanly is the server itself. */
async function serverPid(dataDir: string): Promise<number> {
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number };
  return pid;
}

/** The pages are built by `npm ci`: without them a newcomer would meet a bare list of paths. */
async function pageAt({ origin }: URL): Promise<void> {
  const answer = await fetch(`${origin}/incidents`, { headers: { accept: 'text/html' } });
  const text = await answer.text();
  const script = /<script type="module"[^>]* src="([^"]+)"/.exec(text)?.[1];
  if (script === undefined) throw new Error(`there is no page at ${origin}: was it built?`);
  const loaded = await fetch(new URL(script, `${origin}/`));
  if (!loaded.ok) throw new Error(`the script of the page answered ${loaded.status}`);
}

async function linkOf(stdout: AsyncIterable<Buffer>): Promise<URL> {
  let text = '';
  for await (const chunk of stdout) {
    text += chunk.toString();
    const link = /https?:\/\/\S+token=\S+/.exec(text);
    if (link !== null) return new URL(link[0]);
  }
  throw new Error(`it ended without printing a link:\n${text}`);
}

async function problemsWithin(link: URL): Promise<Problems> {
  const deadline = performance.now() + PROBLEMS_WITHIN_MS;
  const headers = { authorization: `Bearer ${link.searchParams.get('token')}` };
  const items = async (path: string): Promise<{ title: string }[]> => {
    const answer = await fetch(new URL(path, link.origin), { headers });
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    return ((await answer.json()) as { items: { title: string }[] }).items;
  };
  for (;;) {
    const [events, incidents] = await Promise.all([items('/api/v1/events?limit=1000'), items('/api/v1/incidents')]);
    if (events.length > 0 && incidents.length > 0) return { events: events.length, incidents };
    if (performance.now() > deadline)
      throw new Error(`${events.length} events and ${incidents.length} incidents after 10 s`);
    await sleep(200);
  }
}

async function withDeadline<T>(promise: Promise<T>, ms: number, otherwise: string): Promise<T> {
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`${otherwise} within ${ms / 1000} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}

await firstRun();

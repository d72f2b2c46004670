/** A whole n8n as a process of its own, on loopback, with a scratch folder and a database of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startTestServer } from '../../../server/src/store/testing/servers.ts';

const run = promisify(execFile);
const PATIENCE_MS = 60_000;

export interface N8n {
  readonly origin: string;
  /** Everything that it printed. */
  readonly log: () => string;
  /** Starts a workflow from its manual trigger, as a person does who signs in and presses *Execute workflow*. */
  execute(id: string, trigger: string): Promise<void>;
  stop(): Promise<void>;
}

/** `prefix` is where `n8n` was installed. Imports and publishes by n8n's own command line, then starts it. */
export async function startN8n(
  prefix: string,
  content: { readonly credentials: readonly object[]; readonly workflows: readonly { readonly id: string }[] },
): Promise<N8n> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-n8n-'));
  const postgres = await startTestServer();
  const undo = async () => {
    await postgres.close();
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const database = new URL(await postgres.freshDatabase().then((url) => url.replace('@/', '@localhost/')));
    const port = await freePort();
    const program = join(prefix, 'node_modules/n8n/bin/n8n');
    const env = variables({ home, prefix, port, brokerPort: await freePort(), database });
    const command = (...rest: string[]) => run(process.execPath, [program, ...rest], { env, timeout: PATIENCE_MS });
    const [credentials, workflows] = [join(home, 'credentials.json'), join(home, 'workflows.json')];
    // Credentials in the clear: n8n encrypts them as it imports.
    await writeFile(credentials, JSON.stringify(content.credentials));
    await writeFile(workflows, JSON.stringify(content.workflows));
    await command('import:credentials', `--input=${credentials}`);
    await command('import:workflow', `--input=${workflows}`);
    for (const { id } of content.workflows) await command('publish:workflow', `--id=${id}`);
    const child = spawn(process.execPath, [program, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = follow(child);
    const origin = `http://127.0.0.1:${port}`;
    const stop = async () => {
      await end(child);
      await undo();
    };
    await ready(origin, started.log, child).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { origin, log: started.log, execute: (id, trigger) => executeByHand(origin, id, trigger), stop };
  } catch (error) {
    await undo();
    throw error;
  }
}

async function executeByHand(origin: string, id: string, trigger: string): Promise<void> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const all = { 'content-type': 'application/json', ...headers };
    const response = await fetch(`${origin}/rest/${path}`, {
      method: 'POST',
      headers: all,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`n8n answered ${response.status} to ${path}: ${await response.text()}`);
    return response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  };
  const owner = { email: 'owner@example.com', firstName: 'O', lastName: 'W', password: 'Only-0f-a-test' };
  const cookies = await post('owner/setup', owner);
  await post(`workflows/${id}/run`, { triggerToStartFrom: { name: trigger } }, { cookie: cookies.join('; ') });
}

/** Free a moment ago; n8n and Tattle must know each other's before either is there. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Nothing leaves the machine: no telemetry, no checks for versions, no lists from elsewhere. */
function variables(given: { home: string; prefix: string; port: number; brokerPort: number; database: URL }) {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: given.home,
    N8N_USER_FOLDER: given.home,
    N8N_ENCRYPTION_KEY: 'only-of-a-test-only-of-a-test',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PORT: String(given.port),
    N8N_RUNNERS_BROKER_PORT: String(given.brokerPort),
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: given.database.searchParams.get('host') ?? '',
    DB_POSTGRESDB_USER: 'tattle',
    DB_POSTGRESDB_DATABASE: given.database.pathname.slice(1),
    N8N_DISABLE_UI: 'true',
    N8N_PUBLIC_API_DISABLED: 'true',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
    N8N_DISABLED_MODULES:
      'mcp-registry,mcp,instance-ai,agents,chat-hub,community-packages,insights,workflow-builder,otel,ldap,sso-saml,sso-oidc,source-control',
    NODE_COMPILE_CACHE: join(given.prefix, '.compile-cache'),
  };
}

function follow(child: ChildProcess): { log: () => string } {
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return { log: () => log };
}

async function ready(origin: string, log: () => string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${origin}/healthz/readiness`).catch(() => null);
    if (answer?.status === 200 && log().includes('Registered runner')) return;
    await sleep(200);
  }
  throw new Error(`n8n did not start:\n${log().slice(-4000)}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await closed;
  clearTimeout(late);
}

/** A real control plane for tests: etcd and kube-apiserver (controller manager and scheduler on request) on loopback ports. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../kit/clock.ts';
import { KubeClient } from '../client.ts';
import { contextAccess } from '../context-access.ts';
import { loadKubeconfig } from '../kubeconfig.ts';

const OPENSSL = 'openssl';
const START_TIMEOUT_MS = 60_000;

/** Tokens of users whom RBAC knows nothing of until a test grants them something. */
const USERS = ['reader', 'other'] as const;
export type User = (typeof USERS)[number];

export interface ControlPlaneOptions {
  readonly controllerManager?: boolean;
  readonly scheduler?: boolean;
  /** Nobody calls nodes lost that no kubelet reports. */
  readonly trustsNodes?: boolean;
  readonly apiServerArgs?: readonly string[];
}

export class ControlPlane {
  readonly directory: string;
  readonly server: string;
  readonly kubeconfig: string;
  readonly #assets: string;
  readonly #etcdPort: number;
  readonly #options: ControlPlaneOptions;
  readonly #children = new Map<string, ChildProcess>();

  private constructor(
    assets: string,
    directory: string,
    ports: [etcd: number, api: number],
    options: ControlPlaneOptions,
  ) {
    this.#assets = assets;
    this.directory = directory;
    this.#etcdPort = ports[0];
    this.server = `https://127.0.0.1:${ports[1]}`;
    this.kubeconfig = join(directory, 'kubeconfig');
    this.#options = options;
  }

  /** Takes the folder of the programs from KUBEBUILDER_ASSETS; throws where it is not set: these tests are never skipped. */
  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const assets = process.env['KUBEBUILDER_ASSETS'];
    if (assets === undefined || assets === '') {
      throw new Error(
        'KUBEBUILDER_ASSETS is not set: point it at a folder with etcd, kube-apiserver, kube-controller-manager and kube-scheduler',
      );
    }
    const directory = await mkdtemp(join(tmpdir(), 'tattle-plane-'));
    const plane = new ControlPlane(assets, directory, [await freePort(), await freePort()], options);
    try {
      await plane.#prepare();
      await plane.startEtcd();
      await plane.startApiServer();
      if (options.controllerManager === true)
        plane.#spawn('kube-controller-manager', [
          '--kubeconfig',
          plane.kubeconfig,
          `--controllers=*,-ttl${options.trustsNodes === true ? ',-nodelifecycle' : ''}`,
          '--secure-port=0',
          '--port=0',
          '--leader-elect=false',
          '--service-account-private-key-file',
          join(directory, 'sa.key'),
        ]);
      if (options.scheduler === true)
        plane.#spawn('kube-scheduler', [
          '--kubeconfig',
          plane.kubeconfig,
          '--secure-port=0',
          '--port=0',
          '--leader-elect=false',
        ]);
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const name of [...this.#children.keys()].reverse()) await this.kill(name, 'SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Ends one program and waits until it is gone. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#children.get(name);
    this.#children.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async startEtcd(): Promise<void> {
    const peer = await freePort();
    const url = `http://127.0.0.1:${this.#etcdPort}`;
    this.#spawn('etcd', [
      '--data-dir',
      join(this.directory, 'etcd'),
      '--listen-client-urls',
      url,
      '--advertise-client-urls',
      url,
      '--listen-peer-urls',
      `http://127.0.0.1:${peer}`,
      '--initial-advertise-peer-urls',
      `http://127.0.0.1:${peer}`,
      '--initial-cluster',
      `default=http://127.0.0.1:${peer}`,
      '--unsafe-no-fsync',
    ]);
    await waitUntil('etcd', async () => (await request(`${url}/health`, 'GET')).includes('true'));
  }

  async startApiServer(): Promise<void> {
    const inDirectory = (file: string) => join(this.directory, file);
    this.#spawn('kube-apiserver', [
      '--etcd-servers',
      `http://127.0.0.1:${this.#etcdPort}`,
      '--bind-address=127.0.0.1',
      '--secure-port',
      new URL(this.server).port,
      '--cert-dir',
      inDirectory('certs'),
      '--tls-cert-file',
      inDirectory('server.crt'),
      '--tls-private-key-file',
      inDirectory('server.key'),
      '--client-ca-file',
      inDirectory('ca.crt'),
      '--token-auth-file',
      inDirectory('tokens.csv'),
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      '--service-account-key-file',
      inDirectory('sa.key'),
      '--service-account-signing-key-file',
      inDirectory('sa.key'),
      '--service-cluster-ip-range=10.0.0.0/24',
      '--disable-admission-plugins=ServiceAccount',
      '--allow-privileged=true',
      ...(this.#options.apiServerArgs ?? []),
    ]);
    const client = await this.client('admin');
    try {
      await waitUntil('kube-apiserver', async () => {
        const signal = AbortSignal.timeout(5000);
        const ready = await client.text('/readyz', {}, 1000, signal);
        const system = await client.get('/api/v1/namespaces/kube-system', signal);
        return ready.ok && system.ok;
      });
    } finally {
      client.close();
    }
  }

  /** A client as `admin` (everything), or as a user with no rights of its own. */
  async client(user: 'admin' | User): Promise<KubeClient> {
    const config = await loadKubeconfig([this.kubeconfig]);
    const access = contextAccess(config, user, { clock: systemClock, environment: {} });
    return new KubeClient({
      access,
      clock: systemClock,
      userAgent: 'tattle-test',
      rateLimit: { perSecond: 500, burst: 500 },
    });
  }

  /** Has etcd forget all revisions up to now: watches from before them answer 410. */
  async compact(): Promise<void> {
    const url = `http://127.0.0.1:${this.#etcdPort}/v3/kv`;
    const range = JSON.parse(
      await request(`${url}/range`, 'POST', JSON.stringify({ key: Buffer.from('/').toString('base64') })),
    ) as { header: { revision: string } };
    await request(`${url}/compaction`, 'POST', JSON.stringify({ revision: range.header.revision, physical: true }));
  }

  /** Keeps a copy of the data, for `restoreFrom`. */
  async snapshotTo(folder: string): Promise<void> {
    await this.kill('etcd');
    execFileSync('cp', ['-a', join(this.directory, 'etcd'), join(this.directory, folder)]);
    await this.startEtcd();
  }

  /** Puts the data back to a copy, as a restore from a backup does; etcd and the API server start anew. */
  async restoreFrom(folder: string): Promise<void> {
    await this.kill('kube-apiserver', 'SIGKILL');
    await this.kill('etcd', 'SIGKILL');
    await rm(join(this.directory, 'etcd'), { recursive: true, force: true });
    execFileSync('cp', ['-a', join(this.directory, folder), join(this.directory, 'etcd')]);
    await this.startEtcd();
    await this.startApiServer();
  }

  async #prepare(): Promise<void> {
    const at = (file: string) => join(this.directory, file);
    await mkdir(at('certs'));
    makeCertificates(this.directory);
    const rows = ['admin-token,admin,admin,system:masters', ...USERS.map((user) => `${user}-token,${user},${user}`)];
    await writeFile(at('tokens.csv'), `${rows.join('\n')}\n`, { mode: 0o600 });
    const ca = (await readFile(at('ca.crt'))).toString('base64');
    const names = ['admin', ...USERS];
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'plane', cluster: { server: this.server, 'certificate-authority-data': ca } }],
      users: names.map((name) => ({ name, user: { token: `${name}-token` } })),
      contexts: names.map((name) => ({ name, context: { cluster: 'plane', user: name } })),
      'current-context': 'admin',
    };
    await writeFile(this.kubeconfig, JSON.stringify(config), { mode: 0o600 });
  }

  #spawn(program: string, args: readonly string[]): void {
    const log = createWriteStream(join(this.directory, `${program}.log`), { flags: 'a' });
    const child = spawn(join(this.#assets, program), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('close', () => log.end());
    this.#children.set(program, child);
  }
}

/** ca.crt/ca.key, server.crt/server.key for 127.0.0.1 and localhost, client.crt/client.key of user `certified`, sa.key. */
export function makeCertificates(directory: string): void {
  const openssl = (...args: string[]) => execFileSync(OPENSSL, args, { cwd: directory, stdio: 'pipe' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-subj',
    '/CN=tattle-test-ca',
  );
  const issue = (name: string, subject: string, extension: string) => {
    openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
      '-addext',
      extension,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-copy_extensions',
      'copyall',
      '-out',
      `${name}.crt`,
    );
  };
  issue('server', '/CN=kube-apiserver', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:api.internal');
  issue('client', '/O=system:masters/CN=certified', 'extendedKeyUsage=clientAuth');
  openssl('genrsa', '-out', 'sa.key', '2048');
}

async function waitUntil(what: string, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const ready = await isReady().catch(() => false);
    if (ready) return;
    if (Date.now() > deadline) throw new Error(`${what} was not ready within ${START_TIMEOUT_MS} ms`);
    await systemClock.sleep(100);
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function request(url: string, method: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = http.request(url, { method, timeout: 5000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${url}: ${response.statusCode} ${text}`)),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

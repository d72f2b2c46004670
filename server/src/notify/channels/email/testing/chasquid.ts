/** chasquid, a mail server that runs without rights (Debian: `chasquid`), on free ports of loopback, for tests. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../../../kit/testing/loopback-certificate.ts';

const run = promisify(execFile);

export interface Chasquid {
  /** With STARTTLS, and with TLS from the start; both want a login. Its name is `hooks.test`. */
  readonly submissionPort: number;
  readonly tlsPort: number;
  readonly user: string;
  readonly password: string;
  /** A folder with a file `*.eml` for each mail that was delivered. */
  readonly mailbox: string;
  /** Resolves once so many mails were delivered. */
  delivered(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Fails where the program is missing. `recipients` are the people that it knows at example.org. */
export async function startChasquid(recipients: readonly string[]): Promise<Chasquid> {
  const directory = await mkdtemp(join(tmpdir(), 'tattle-chasquid-'));
  const mailbox = join(directory, 'mail');
  const certificates = join(directory, 'certs', 'hooks.test');
  for (const folder of [mailbox, certificates, join(directory, 'data'), join(directory, 'domains', 'example.org')]) {
    await mkdir(folder, { recursive: true });
  }
  await writeFile(join(certificates, 'fullchain.pem'), LOOPBACK_CERTIFICATE);
  await writeFile(join(certificates, 'privkey.pem'), LOOPBACK_KEY);
  const [smtpPort, submissionPort, tlsPort] = await freePorts();
  await writeFile(
    join(directory, 'chasquid.conf'),
    [
      'hostname: "hooks.test"',
      `smtp_address: "127.0.0.1:${smtpPort}"`,
      `submission_address: "127.0.0.1:${submissionPort}"`,
      `submission_over_tls_address: "127.0.0.1:${tlsPort}"`,
      `data_dir: "${directory}/data"`,
      'mail_log_path: "<stderr>"',
      'mail_delivery_agent_bin: "/bin/sh"',
      'mail_delivery_agent_args: "-c"',
      `mail_delivery_agent_args: "f=$(mktemp ${mailbox}/XXXXXX) && cat > $f && mv $f $f.eml"`,
    ].join('\n'),
  );
  const login = { user: 'tattle@example.org', password: 'p4ss of: mail' };
  for (const address of [login.user, ...recipients]) {
    await run('chasquid-util', [`-C=${directory}`, 'user-add', address, `--password=${login.password}`]);
  }
  const server = spawn('chasquid', [`-config_dir=${directory}`], { stdio: 'ignore' });
  await listening(server, submissionPort);
  return {
    submissionPort,
    tlsPort,
    ...login,
    mailbox,
    delivered: (count) =>
      until(async () => (await readdir(mailbox)).filter((name) => name.endsWith('.eml')).length >= count),
    close: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      if (server.kill()) await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePorts(): Promise<[number, number, number]> {
  const servers = await Promise.all(
    [1, 2, 3].map(async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const [a = 0, b = 0, c = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [a, b, c];
}

async function listening(server: ChildProcess, port: number): Promise<void> {
  let ended: unknown = null;
  server.once('error', (error) => (ended = error));
  server.once('exit', (code) => (ended ??= new Error(`chasquid ended with ${String(code)}`)));
  await until(async () => {
    if (ended !== null) throw ended as Error;
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('it did not come to that in 20 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Against a real NATS server that wants TLS and names its users: what is refused says what to look at. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventOf } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { nats } from './nats.ts';
import { freePort, startNatsServer } from './testing/nats-server.ts';

const never = new AbortController().signal;
let folder: string;
let port: number;
let stop: () => Promise<void>;
let ca: string;
let cert: string;
let key: string;

const openssl = (...args: readonly string[]) => promisify(execFile)('openssl', [...args], { cwd: folder });

async function makeCertificates(): Promise<void> {
  const fresh = ['req', '-newkey', 'rsa:2048', '-nodes'];
  await openssl(...fresh, '-x509', '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=authority');
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  for (const name of ['server', 'client']) {
    await openssl(...fresh, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
    await openssl(...signed, '-days', '2', '-out', `${name}.crt`, '-extfile', 'names');
  }
}

async function startNats(): Promise<() => Promise<void>> {
  port = await freePort();
  await writeFile(
    join(folder, 'nats.conf'),
    `listen: "127.0.0.1:${String(port)}"
     jetstream { store_dir: "${folder}/store" }
     tls { cert_file: "${folder}/server.crt", key_file: "${folder}/server.key", ca_file: "${folder}/ca.crt", verify: true }
     authorization { users: [ { user: tattle, password: s3cr3t-of-the-test },
       { user: reader, password: s3cr3t-of-the-test, permissions: { publish: ["$JS.API.>"] } } ] }`,
  );
  return startNatsServer('-c', join(folder, 'nats.conf'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tattle-nats-tls-'));
  await makeCertificates();
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  [ca, cert, key] = await Promise.all([read('ca.crt'), read('client.crt'), read('client.key')]);
  stop = await startNats();
  const servers = [`localhost:${String(port)}`];
  const connection = await connect({ servers, user: 'tattle', pass: 's3cr3t-of-the-test', tls: { ca, cert, key } });
  await (await jetstreamManager(connection)).streams.add({ name: 'TATTLE', subjects: ['tattle.>'] });
  await connection.close();
});
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function sent(more: object) {
  const servers = [`nats://localhost:${String(port)}`];
  const user = { username: 'tattle', password: 's3cr3t-of-the-test', tls: { ca, cert, key } };
  const sink = nats.create(
    { type: 'nats', name: 'out', servers, timeoutSeconds: 2, ...user, ...more },
    contextForTests(),
  );
  const outcome = await sink.send([eventOf(1)], never);
  await sink.close();
  return outcome;
}

it('publishes over TLS, with a certificate of its own, as a user', async () => {
  expect(await sent({})).toEqual({ kind: 'taken', refused: [] });
});

it.each([
  ['the authority is not known', () => ({ tls: { cert, key } }), 'tls.ca'],
  ['it shows no certificate', () => ({ tls: { ca } }), 'NATS'],
  ['the password is wrong', () => ({ password: 'wrong-of-the-test' }), 'refuses'],
  ['the user may not publish', () => ({ username: 'reader' }), 'may not publish'],
])('keeps everything where %s, and says what to look at, without a secret', async (_, more, told) => {
  const outcome = await sent(more());
  expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining(told) as string });
  expect(JSON.stringify(outcome)).not.toMatch(/of-the-test|localhost|PRIVATE KEY/);
});

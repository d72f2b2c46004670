import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSinks } from './index.ts';
import { type Endpoint, startEndpoint } from './testing/endpoint.ts';
import { eventOf } from './testing/records.ts';
import { contextForTests } from './testing/sink-contract.ts';

const never = new AbortController().signal;

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tattle-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function anEndpoint(): Promise<Endpoint> {
  const endpoint = await startEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

function made(settings: object) {
  const { sinks, errors } = createSinks([{ name: 'out', ...settings }], contextForTests());
  expect(errors).toEqual([]);
  const [one] = sinks;
  if (one === undefined) throw new Error('there is no sink');
  onTestFinished(() => one.sink.close());
  return one.sink;
}

function errorsOf(settings: object): readonly string[] {
  return createSinks([{ name: 'out', ...settings }], contextForTests()).errors;
}

describe('a secret in a file', () => {
  it('is sent as if it were written in the configuration, without the line end of an editor', async () => {
    const [folder, { url, received }] = [await aFolder(), await anEndpoint()];
    const file = join(folder, 'secret');
    await writeFile(file, 's3cr3t\n');
    const headersOf = async (settings: object) => {
      expect(await made({ url, ...settings }).send([eventOf(1)], never)).toMatchObject({ kind: 'taken' });
      return received.at(-1)?.headers;
    };
    expect(await headersOf({ type: 'http', bearerFile: file })).toMatchObject({ authorization: 'Bearer s3cr3t' });
    expect(await headersOf({ type: 'loki', basic: { username: 'a', passwordFile: file } })).toMatchObject({
      authorization: `Basic ${Buffer.from('a:s3cr3t').toString('base64')}`,
    });
    expect(await headersOf({ type: 'otlp', headers: { 'x-a': 'b' }, headerFiles: { 'x-key': file } })).toMatchObject({
      'x-key': 's3cr3t',
      'x-a': 'b',
    });
    expect(await headersOf({ type: 'clickhouse', username: 'a', passwordFile: file })).toMatchObject({
      'x-clickhouse-key': 's3cr3t',
    });
  });

  it('is read again when it changes', async () => {
    const [folder, { url, received }] = [await aFolder(), await anEndpoint()];
    const file = join(folder, 'token');
    await writeFile(file, 'first');
    const sink = made({ type: 'http', url, bearerFile: file });
    await sink.send([eventOf(1)], never);
    await writeFile(file, 'second');
    await sink.send([eventOf(1)], never);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  it('that is missing, empty or of no use keeps everything waiting, and is named', async () => {
    const [folder, { url, received }] = [await aFolder(), await anEndpoint()];
    const file = join(folder, 'token');
    const sink = made({ type: 'http', url, bearerFile: file });
    const told = async () => {
      const outcome = await sink.send([eventOf(1)], never);
      return outcome.kind === 'taken' ? 'taken' : `${outcome.kind}: ${outcome.error}`;
    };
    expect(await told()).toMatch(/^retry: .*ENOENT/);
    await writeFile(file, ' \n');
    expect(await told()).toBe(`retry: sinks[0].bearerFile: ${file} is empty. Put the secret into it.`);
    await writeFile(file, 'one\ntwo');
    expect(await told()).toBe(`retry: sinks[0].bearerFile: what ${file} holds must be printable and on one line`);
    expect(received).toEqual([]);
    await writeFile(file, 'good');
    expect(await told()).toBe('taken');
    // Gone again: nothing is sent with what was there before.
    await rm(file);
    expect(await told()).toMatch(/^retry: .*ENOENT/);
    expect(received).toHaveLength(1);
  });

  it('is known of every type that has secrets, and of no other setting', () => {
    const file = '/etc/tattle/secret';
    const url = 'https://host';
    for (const settings of [
      { type: 'elasticsearch', url, apiKeyFile: file, caFile: file },
      { type: 'kafka', brokers: ['k:9092'], sasl: { mechanism: 'PLAIN', username: 'a', passwordFile: file } },
      { type: 'kafka', brokers: ['k:9092'], sasl: { mechanism: 'OAUTHBEARER', tokenFile: file } },
      { type: 'kafka', brokers: ['k:9092'], tls: { caFile: file, certFile: file, keyFile: file } },
      { type: 'nats', servers: ['nats://n:4222'], credentialsFile: file },
      { type: 'nats', servers: ['nats://n:4222'], tokenFile: file, username: 'a', passwordFile: file },
    ]) {
      expect(errorsOf(settings), JSON.stringify(settings)).toEqual([]);
    }
    expect(errorsOf({ type: 'http', url, urlFile: file })).toEqual([expect.stringContaining('urlFile')]);
    expect(errorsOf({ type: 'stdout', bearerFile: file })).toEqual([expect.stringContaining('bearerFile')]);
  });

  it('is told of as a fault where the setting makes no sense', () => {
    const base = { type: 'http', url: 'https://host' };
    expect(errorsOf({ ...base, bearerFile: 'token' })).toEqual(['sinks[0].bearerFile: must be an absolute path']);
    expect(errorsOf({ ...base, bearerFile: 7 })).toEqual(['sinks[0].bearerFile: must be an absolute path']);
    expect(errorsOf({ ...base, bearer: 's3cr3t', bearerFile: '/token' })).toEqual([
      'sinks[0].bearerFile: give either bearer or the file that holds it',
    ]);
    expect(errorsOf({ ...base, headers: { 'x-a': 'b' }, headerFiles: { 'x-a': '/a' } })).toEqual([
      'sinks[0].headerFiles.x-a: give either x-a or the file that holds it',
    ]);
    expect(errorsOf({ ...base, headerFiles: { host: '/a' } })).toEqual([
      expect.stringContaining('sinks[0].headers.host'),
    ]);
    expect(errorsOf({ ...base, headerFiles: '/a' })).toEqual([expect.stringContaining('headerFiles')]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { configurationSchema } from './config-schema.ts';
import { prometheusOf } from './prometheus.ts';

async function authorizationSent(evidence: object): Promise<string | undefined> {
  const sent: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    sent.push(request.headers.authorization);
    response.end('{"status":"success","data":{"resultType":"matrix","result":[]}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const prometheusUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration = configurationSchema.parse({ evidence: { prometheusUrl, ...evidence } });
  const query = { query: 'up', from: 0, to: 60_000, stepSeconds: 60 };
  const answer = await prometheusOf(configuration.evidence)?.range(query, new AbortController().signal);
  expect(answer).toEqual({ kind: 'series', series: [] });
  return sent[0];
}

it('asks a Prometheus inside the network, with the token that is configured, from a file first', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tattle-prometheus-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'token');
  await writeFile(file, 'from-file\n');
  expect(await authorizationSent({})).toBeUndefined();
  expect(await authorizationSent({ prometheusToken: 'plain' })).toBe('Bearer plain');
  expect(await authorizationSent({ prometheusToken: 'plain', prometheusTokenFile: file })).toBe('Bearer from-file');
});

it('asks nobody where none is configured', () => {
  expect(prometheusOf(configurationSchema.parse({}).evidence)).toBeUndefined();
});

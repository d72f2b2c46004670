import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { historyOf, run } from './testing/run.ts';

const BEGUN = {
  incidentId: '3f2a5b6c7d8e9f00',
  watchFor: {
    ...{ cluster: 'c1', clusterName: 'lab', namespace: 'shop' },
    ...{ kind: 'Pod', name: 'tattle-test-1', condition: 'TattleTest' },
  },
  resolvesAt: '2026-11-21T12:01:10.000Z',
};

/** A server that answers this to everything, and what it was sent. */
async function answering(status: number, answer: object) {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      sent.push(`${request.method} ${request.url} ${body}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { sent, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('asks a server for a test, and says what to look for and until when', async () => {
  const { sent, url } = await answering(202, BEGUN);
  const { code, out } = await run(['incident', 'test', '--server', url, '-n', 'shop', '--cluster', 'lab']);
  expect(code).toBe(0);
  expect(out).toBe(
    '3f2a5b6c7d8e9f00 open: TattleTest: Pod shop/tattle-test-1, resolves by itself at about 2026-11-21T12:01:10.000Z\n',
  );
  expect(sent).toEqual(['POST /api/v1/test-incident {"namespace":"shop","cluster":"lab"}']);
});

it('says where it is still on its way, and is whole as JSON', async () => {
  const { url } = await answering(202, { ...BEGUN, incidentId: null });
  expect((await run(['incident', 'test', '--server', url])).out).toMatch(/^on its way: TattleTest/);
  const { out } = await run(['incident', 'test', '--server', url, '-o', 'json']);
  expect(JSON.parse(out)).toEqual({ ...BEGUN, incidentId: null });
});

it('says what is in the way', async () => {
  const problem = { detail: 'The namespace "web" is not monitored.', hint: 'Choose another.', requestId: 'r1' };
  const { url } = await answering(409, problem);
  const { code, err } = await run(['incident', 'test', '--server', url, '-n', 'web']);
  expect(code).toBe(1);
  expect(err).toContain('The namespace "web" is not monitored.');
});

it('needs a server that runs: nothing would be told by a store alone', async () => {
  const { opened, asked } = historyOf([]);
  const { code, err } = await run(['incident', 'test', '--data-dir', '.'], { opened });
  expect(code).toBe(1);
  expect(err).toContain('no server runs');
  expect(asked).toEqual([]);
});

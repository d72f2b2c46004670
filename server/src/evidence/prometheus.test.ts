import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseAllowList } from '../kit/address-guard.ts';
import { createGuardedFetch } from '../kit/guarded-fetch.ts';
import { createPrometheus } from './prometheus.ts';

const query = { query: 'up{a="b"}', from: 1_000_000, to: 4_540_000, stepSeconds: 60 };
const never = new AbortController().signal;
const matrix = (result: unknown) => ({ status: 'success', data: { resultType: 'matrix', result } });

async function ask(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { path = '', token = async (): Promise<string | null> => null, signal = never } = {},
) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const fetch = createGuardedFetch({ allowList: parseAllowList([]).allowList });
  return createPrometheus({ url: `http://127.0.0.1:${port}${path}`, token, fetch }).range(query, signal);
}

const says = (body: unknown, status = 200) =>
  ask((_request, response) => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)));

describe('asking Prometheus', () => {
  it('sends the range and the token, below the path that it lies at', async () => {
    const seen: IncomingMessage[] = [];
    const options = { path: '/prometheus/', token: async () => 't0ken' };
    await ask((request, response) => {
      seen.push(request);
      response.end(JSON.stringify(matrix([])));
    }, options);
    const url = new URL(seen[0]?.url ?? '', 'http://x');
    expect(url.pathname).toBe('/prometheus/api/v1/query_range');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ query: query.query, start: '1000' },
      end: '4540',
      step: '60',
    });
    expect(seen[0]?.headers.authorization).toBe('Bearer t0ken');
  });

  it('reads series, without values that are none', async () => {
    const values = [[1060, '2.5'], [1000, '1e3'], [1120, 'NaN'], [1180, '+Inf'], ['x', '1'], [1240, 7], null];
    expect(await says(matrix([{ metric: { container: 'app' }, values }, 'odd', {}]))).toEqual({
      kind: 'series',
      series: [
        {
          labels: { container: 'app' },
          samples: [
            { at: 1_000_000, value: 1000 },
            { at: 1_060_000, value: 2.5 },
          ],
        },
        { labels: {}, samples: [] },
      ],
    });
  });

  it('keeps of endless answers what it needs', async () => {
    const values = Array.from({ length: 5000 }, (_, index) => [index, '1']);
    const answer = await says(matrix([{ metric: {}, values }, ...Array.from({ length: 300 }, () => ({ metric: {} }))]));
    if (answer.kind !== 'series') throw new Error(answer.error);
    expect(answer.series).toHaveLength(100);
    expect(answer.series[0]?.samples).toHaveLength(240);
  });

  it.each<[unknown, number, string]>([
    [{ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400, 'HTTP 400 parse error'],
    ['<html>login</html>', 200, 'HTTP 200'],
    ['', 401, 'HTTP 401'],
    [{ status: 'success', data: { resultType: 'vector', result: [] } }, 200, 'no series'],
    [{ status: 'success' }, 200, 'no series'],
    ['x'.repeat(2_000_000), 200, 'too long'],
    [`${'['.repeat(100_000)}`, 200, 'HTTP 200'],
  ])('answers %.60j (%d) with an error', async (body, status, why) => {
    const answer = await says(body, status);
    expect(answer).toMatchObject({ kind: 'error', error: expect.stringContaining(why) });
    expect(JSON.stringify(answer).length).toBeLessThan(500);
  });

  it('follows no redirect', async () => {
    const answer = await ask((_request, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    expect(answer).toMatchObject({ kind: 'error', error: expect.stringContaining('HTTP 302') });
  });

  it('answers with an error where its token cannot be read, and where nobody listens', async () => {
    const token = () => Promise.reject(new Error('cannot read /run/token'));
    expect(await ask(() => undefined, { token })).toMatchObject({ error: expect.stringContaining('/run/token') });
    const fetch = createGuardedFetch({ allowList: parseAllowList([]).allowList });
    const gone = createPrometheus({ url: 'http://127.0.0.1:9', token: async () => null, fetch });
    expect(await gone.range(query, never)).toMatchObject({ error: expect.stringContaining('refused') });
  });

  it('is no answer when it was cancelled', async () => {
    const control = new AbortController();
    const asked = ask(() => control.abort(new Error('stopping')), { signal: control.signal });
    await expect(asked).rejects.toThrow('stopping');
  });
});

import { expect, it, onTestFinished } from 'vitest';
import type { CallerTrace, OpenSpan, SpanAttributes, SpanStart, Tracing } from '../model/tracing.ts';
import { UNTRACED } from '../model/tracing.ts';
import { startApi } from './testing/start-api.ts';

interface Noted {
  readonly start: SpanStart;
  readonly caller: CallerTrace;
  readonly set: SpanAttributes;
  readonly failed: string | null;
  readonly ended: number;
}

/** Remembers what it is told. */
function noting(): { readonly tracing: Tracing; readonly noted: Noted[] } {
  const noted: Noted[] = [];
  const tracing: Tracing = {
    ...UNTRACED,
    request: (start, caller, within) => {
      const one = { start, caller, set: {}, failed: null as string | null, ended: 0 };
      noted.push(one);
      const span: OpenSpan = {
        set: (attributes) => Object.assign(one.set, attributes),
        fail: (reason) => {
          one.failed = reason;
        },
        forget: () => undefined,
        end: () => {
          one.ended += 1;
        },
      };
      within(span);
    },
  };
  return { tracing, noted };
}

async function listening(ports: Parameters<typeof startApi>[0]) {
  const started = await startApi(ports);
  onTestFinished(() => started.api.close());
  const { url } = await started.api.listen('127.0.0.1', 0);
  const ask = (path: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(new URL(path, url), {
      headers: { authorization: `Bearer ${started.access.token}`, ...headers },
      ...(signal !== undefined && { signal }),
    });
  return { ask, url };
}

const until = async (isSo: () => boolean) => {
  const deadline = Date.now() + 5000;
  while (!isSo() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
};

it('makes one span of each request of the API, by the route’s pattern', async () => {
  const { tracing, noted } = noting();
  const { ask } = await listening({ ports: { tracing } });
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await (await ask('/api/v1/incidents/sacred?x=hunter2', { traceparent, tracestate: 'v=1' })).text();
  await (await ask('/api/v1/events', { authorization: 'Bearer wrong' })).text();
  await until(() => noted.every(({ ended }) => ended > 0));
  const [incident, refused] = noted;
  expect(noted).toHaveLength(2);
  expect(incident).toMatchObject({
    start: { name: 'GET /api/v1/incidents/:id', attributes: { 'http.route': '/api/v1/incidents/:id' } },
    caller: { traceparent, tracestate: 'v=1' },
    // It does not know x.
    set: { 'http.response.status_code': 400 },
    failed: null,
    ended: 1,
  });
  expect(refused).toMatchObject({ start: { name: 'GET /api/v1/events' }, set: { 'http.response.status_code': 401 } });
  expect(JSON.stringify(noted)).not.toMatch(/sacred|hunter2|wrong/);
});

it('says of a fault of its own that it failed, and of a caller who went away that it was aborted', async () => {
  const { tracing, noted } = noting();
  let asked: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const checks = () => {
    asked();
    return new Promise<never>(() => undefined);
  };
  const pendingJobs = () => Promise.reject(new Error('hunter2'));
  const { ask } = await listening({ ports: { tracing, checks, pendingJobs } });
  expect((await ask('/api/v1/status')).status).toBe(500);
  const leaving = new AbortController();
  const answer = ask('/api/v1/checks', {}, leaving.signal);
  await reached;
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await until(() => noted.length === 2 && noted.every(({ ended }) => ended > 0));
  expect(noted.map(({ failed, ended }) => [failed, ended])).toEqual([
    ['500', 1],
    ['aborted', 1],
  ]);
  expect(JSON.stringify(noted)).not.toContain('hunter2');
});

it('makes none of probes, metrics, pages, paths that are none, and the live stream', async () => {
  const { tracing, noted } = noting();
  const { ask } = await listening({ ports: { tracing } });
  for (const path of ['/healthz', '/readyz', '/metrics', '/', '/api/v1/nowhere', '/api/v1/%zz'])
    await (await ask(path)).text();
  const leaving = new AbortController();
  expect((await ask('/api/v1/stream', {}, leaving.signal)).status).toBe(200);
  leaving.abort();
  expect(noted).toEqual([]);
});

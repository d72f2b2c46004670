import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodedAnswer, encodedLogs } from './handed-in/testing/otlp-messages.ts';
import { openApiDocument } from './openapi.ts';
import type { IntakeOutcome, IntakeReport } from './ports.ts';
import { storedToken } from './testing/callers.ts';
import { NOON, startApi } from './testing/start-api.ts';

const PROTOBUF = 'application/x-protobuf';
const LOGS = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'k8s.namespace.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [{ logRecords: [{ timeUnixNano: '1777885200000000000', body: { stringValue: 'no database' } }] }],
    },
  ],
};
const TAKEN: IntakeOutcome = { kind: 'taken', taken: 1, dropped: {}, faults: [], notes: [] };

async function start(outcome: IntakeOutcome | Error = TAKEN, requestsPerMinute = 100_000) {
  const reports: IntakeReport[] = [];
  const started = await startApi({
    ports: {
      requestsPerMinute,
      takeIn: async (report) => {
        reports.push(report);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
  });
  const send = async (body: Buffer, headers: Record<string, string> = {}) => {
    const answer = await started.api.inject({
      method: 'POST',
      url: '/api/v1/intake/otlp/v1/logs',
      headers: {
        ...{ host: 'localhost:7171', authorization: `Bearer ${started.access.token}`, 'content-type': PROTOBUF },
        ...headers,
      },
      payload: body,
    });
    const { statusCode: status, rawPayload: bytes } = answer;
    return { status, headers: answer.headers, bytes, type: answer.headers['content-type'] };
  };
  return { ...started, reports, send };
}

/** What is wrong, as an exporter reads it. */
function statusIn({ type, bytes }: { readonly type: unknown; readonly bytes: Buffer }): unknown {
  expect(type).toBe(PROTOBUF);
  return decodedAnswer('Status', bytes);
}

describe('OTLP logs as protobuf', () => {
  it('are handed on as those in JSON are, and taken with an empty message', async () => {
    const api = await start();
    const asProtobuf = await api.send(encodedLogs(LOGS));
    const asJson = await api.send(Buffer.from(JSON.stringify(LOGS)), { 'content-type': 'application/json' });
    expect(api.reports).toEqual([
      { format: 'otlp-logs', message: LOGS },
      { format: 'otlp-logs', message: LOGS },
    ]);
    expect([asProtobuf.status, asProtobuf.type, asProtobuf.bytes.length]).toEqual([200, PROTOBUF, 0]);
    expect(asProtobuf.headers['content-length']).toBe('0');
    expect([asJson.type, String(asJson.bytes)]).toEqual(['application/json; charset=utf-8', '{}']);
  });

  it('may come packed, as exporters send them', async () => {
    const api = await start();
    const packed = { 'content-encoding': 'gzip' };
    expect((await api.send(gzipSync(encodedLogs(LOGS)), packed)).status).toBe(200);
    expect(api.reports).toEqual([{ format: 'otlp-logs', message: LOGS }]);
    expect(statusIn(await api.send(encodedLogs(LOGS), packed))).toMatchObject({ code: 3 });
    const bomb = await api.send(gzipSync(Buffer.alloc(64 * 1024 * 1024)), packed);
    expect([bomb.status, statusIn(bomb)]).toEqual([413, { code: 3, message: expect.stringContaining('8 MiB') }]);
  });

  it('of which some are wrong are answered with how many and why', async () => {
    const faults = [{ at: 'resourceLogs[0].scopeLogs[0].logRecords[1]', message: 'body: expected text' }];
    const api = await start({ ...TAKEN, faults, notes: ['no room for that name'] });
    const { status, type, bytes } = await api.send(encodedLogs(LOGS));
    expect([status, type]).toEqual([200, PROTOBUF]);
    expect(decodedAnswer('ExportLogsServiceResponse', bytes)).toEqual({
      partialSuccess: {
        rejectedLogRecords: '1',
        errorMessage: 'resourceLogs[0].scopeLogs[0].logRecords[1]: body: expected text; no room for that name',
      },
    });
  });

  it('with an Idempotency-Key are answered in the same type again', async () => {
    const api = await start({ ...TAKEN, notes: ['no room for that name'] });
    const first = await api.send(encodedLogs(LOGS), { 'idempotency-key': 'k1' });
    const again = await api.send(encodedLogs(LOGS), { 'idempotency-key': 'k1' });
    expect([again.headers['idempotency-replayed'], again.type, again.bytes]).toEqual(['true', PROTOBUF, first.bytes]);
    expect(api.reports).toHaveLength(1);
  });
});

describe('what is wrong with OTLP logs as protobuf is told as a Status', () => {
  it.each([
    ['they cannot be read', { kind: 'unreadable', faults: [{ at: 'x', message: 'y' }] }, 400, 3],
    ['there are too many', { kind: 'too-many', count: 6000, most: 5000 }, 413, 3],
    ['all of them lie outside of the scope', { kind: 'outside' }, 403, 7],
    ['they are not stored for sure', { kind: 'busy', why: 'the store is away', retryAfterMs: 7000 }, 503, 14],
    ['Tattle fails', new Error('secret of ours'), 500, 13],
  ] as const)('where %s', async (_, outcome, status, code) => {
    const api = await start(outcome);
    const answer = await api.send(encodedLogs(LOGS));
    expect([answer.status, statusIn(answer)]).toEqual([status, { code, message: expect.stringMatching(/\w+ \w+/) }]);
    expect(answer.bytes.includes('secret of ours')).toBe(false);
    // Exporters try nothing again but this, and after that time.
    expect(answer.headers['retry-after']).toBe(status === 503 ? '7' : undefined);
  });

  it('before the body is read: no credential, no role, too large, an encoding that is not known', async () => {
    const api = await start();
    const { secret } = await storedToken(api.accessStore, [{ role: 'viewer', scope: 'everything' }], { now: NOON });
    const answers = [
      await api.send(encodedLogs(LOGS), { authorization: 'Bearer wrong' }),
      await api.send(encodedLogs(LOGS), { authorization: `Bearer ${secret}` }),
      await api.send(Buffer.alloc(1024 * 1024 + 1)),
      await api.send(encodedLogs(LOGS), { 'content-encoding': 'br' }),
    ];
    expect(answers.map((answer) => [answer.status, (statusIn(answer) as { code: number }).code])).toEqual([
      [401, 16],
      [403, 7],
      [413, 3],
      [415, 3],
    ]);
    expect(api.reports).toEqual([]);
  });

  it('to too many requests: 503 with when to come again', async () => {
    const api = await start(TAKEN, 60);
    let last = await api.send(encodedLogs(LOGS));
    for (let i = 0; i < 70; i += 1) last = await api.send(encodedLogs(LOGS));
    expect([last.status, statusIn(last)]).toEqual([503, { code: 14, message: expect.any(String) }]);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('whatever bytes come', async () => {
    const api = await start();
    const good = encodedLogs(LOGS);
    for (let at = 0; at < good.length; at += 1) {
      for (const byte of [0x00, 0x7f, 0xff]) {
        const bytes = Buffer.from(good);
        bytes[at] = byte;
        const answer = await api.send(bytes);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) expect(statusIn(answer)).toMatchObject({ code: 3, message: expect.any(String) });
      }
    }
  });
});

it('is documented with both types, of the request, the answer and what is wrong', () => {
  const document = openApiDocument('1.2.3') as unknown as {
    readonly paths: Readonly<Record<string, { readonly post: Documented }>>;
  };
  const documented = document.paths['/api/v1/intake/otlp/v1/logs']?.post;
  expect(Object.keys(documented?.requestBody.content ?? {})).toEqual(['application/json', PROTOBUF]);
  expect(Object.keys(documented?.responses['200']?.content ?? {})).toEqual(['application/json', PROTOBUF]);
  expect(Object.keys(documented?.responses['default']?.content ?? {})).toEqual(['application/problem+json', PROTOBUF]);
});

interface Documented {
  readonly requestBody: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly content: object }>>;
}

it('leaves problems of JSON, and of other paths, as they are', async () => {
  const api = await start({ kind: 'outside' });
  const answer = await api.send(Buffer.from('{"resourceLogs":[]}'), { 'content-type': 'application/json' });
  expect([answer.status, answer.type]).toEqual([403, 'application/problem+json; charset=utf-8']);
  const other = await api.api.inject({
    method: 'POST',
    url: '/api/v1/intake/events',
    headers: { host: 'localhost:7171', authorization: `Bearer ${api.access.token}`, 'content-type': PROTOBUF },
    payload: '{}',
  });
  expect([other.statusCode, other.headers['content-type']]).toEqual([403, 'application/problem+json; charset=utf-8']);
});

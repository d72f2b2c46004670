import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { seeded } from '../store/testing/events.ts';
import { replay, type ReplayReport } from './replay.ts';
import { writeServerFile } from './server-file.ts';
import { EXAMPLES, recordedEvents } from './testing/recorded-events.ts';
import { query, storedMeanings, storedRows } from './testing/stored-rows.ts';

const RECORDINGS = ['states', 'story'] as const;
const CHILD = join(import.meta.dirname, 'testing/replaying-child.ts');
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** By its socket, in the form that a configuration takes. */
async function freshDatabase(): Promise<string> {
  return (await server.freshDatabase()).replace('tattle@/', 'tattle@localhost/');
}

function replayed(recording: string, overrides: Readonly<Record<string, string>>): Promise<ReplayReport> {
  return replay({
    directory: join(EXAMPLES, recording),
    overrides: { 'filter.namespaces': 'all', 'log.level': 'silent', ...overrides },
    env: { TATTLE_WEBHOOK_URL: 'http://127.0.0.1:9/' },
    signal: new AbortController().signal,
    out: process.stderr,
  });
}

interface StoredEvent {
  readonly uid: string;
  readonly count: number;
  readonly message: string;
}

const STORED = `SELECT coalesce(e.uid_text, e.uid::text) AS uid, e.count::int AS count, e.message
  FROM events e JOIN event_dims d ON d.id = e.dims_id WHERE d.origin = 'event'`;

describe.each(RECORDINGS)('a replay of examples/%s', (recording) => {
  const recorded = recordedEvents(recording);
  let url: string;
  let report: ReplayReport;
  beforeAll(async () => {
    url = await freshDatabase();
    report = await replayed(recording, { storeUrl: url });
  });

  it('accounts for every line of the event stream', () => {
    expect(report.broken).toEqual([]);
    expect(report.received).toBe(recorded.items);
    expect(report.received).toBe(report.stored + report.repeats + sum(Object.values(report.dropped)));
    expect(report.dropped).toEqual(recorded.deleted === 0 ? {} : { 'ttl-expired': recorded.deleted });
    expect(report.stored).toBe(recorded.last.size);
    expect(report.occurrences).toBe(sum([...recorded.last.values()].map(({ count }) => count)));
  });

  it('stores every uid once, with its last count and its words', async () => {
    const rows = await query<StoredEvent>(url, STORED);
    expect(rows).toHaveLength(recorded.last.size);
    const stored = new Map(rows.map(({ uid, count, message }) => [uid, { count, note: message }]));
    for (const [uid, last] of recorded.last) expect(stored.get(uid)).toEqual(last);
  });

  it('keeps as many occurrences as the counts and the rollups say', async () => {
    const [totals] = await query<{ counts: number; deltas: number }>(
      url,
      `SELECT (SELECT sum(count)::int FROM events) AS counts, (SELECT sum(delta)::int FROM occurrences) AS deltas`,
    );
    expect(totals?.deltas).toBe(totals?.counts);
    const levels = await query<{ n: number }>(
      url,
      `SELECT sum(r.occurrences)::int AS n FROM rollups r JOIN event_dims d ON d.id = r.dims_id WHERE d.view = 0 GROUP BY r.level`,
    );
    expect(levels.map(({ n }) => n)).toEqual([totals?.counts, totals?.counts, totals?.counts]);
  });

  it('changes no row when it is run again', async () => {
    const before = await storedRows(url);
    const again = await replayed(recording, { storeUrl: url });
    expect(again.stored).toBe(0);
    expect(again.received).toBe(recorded.items);
    expect(again.occurrences).toBe(0);
    expect(await storedRows(url)).toEqual(before);
  });

  it('leaves the same rows after kills at any point as without one', { timeout: 120_000 }, async () => {
    const wanted = await storedMeanings(url);
    const killed = await freshDatabase();
    const random = seeded(recording.length);
    for (let kill = 0; kill < 4; kill += 1) {
      const child = replayingChild(recording, killed);
      await sleep(600 + random() * 1800);
      await ended(child, 'SIGKILL');
    }
    await replayed(recording, { storeUrl: killed });
    const rows = await storedMeanings(killed);
    for (const [table, expected] of Object.entries(wanted)) expect(rows[table], table).toEqual(expected);
  });
});

function replayingChild(recording: string, url: string): ChildProcess {
  return spawn(process.execPath, [CHILD, join(EXAMPLES, recording), url], { stdio: 'ignore' });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}

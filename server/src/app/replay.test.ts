import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ClientConfig } from 'pg';
import { EmbeddedServer } from '../store/embedded/server.ts';
import { seeded } from '../store/testing/events.ts';
import { silentLogger } from '../store/testing/servers.ts';
import { replay, type ReplayReport } from './replay.ts';
import { writeServerFile } from './server-file.ts';
import { EXAMPLES, recordedEvents } from './testing/recorded-events.ts';
import { query, storedMeanings, storedRows, type StoredRows } from './testing/stored-rows.ts';

const RECORDINGS = ['states', 'story'] as const;
const CHILD = fileURLToPath(new URL('./testing/replaying-child.ts', import.meta.url));
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

const WEBHOOK = { TATTLE_WEBHOOK_URL: 'http://127.0.0.1:9/' };

function replayed(recording: string, dataDir: string): Promise<ReplayReport> {
  return replay({
    directory: join(EXAMPLES, recording),
    overrides: { 'filter.namespaces': 'all', 'log.level': 'silent', dataDir },
    env: WEBHOOK,
    signal: new AbortController().signal,
    out: process.stderr,
  });
}

/** Asks the database of a data directory that no Tattle holds. */
async function asking<T>(dataDir: string, ask: (database: ClientConfig) => Promise<T>): Promise<T> {
  const server = await EmbeddedServer.open({ dataDir, logger: silentLogger });
  try {
    return await ask(server.address);
  } finally {
    await server.close();
  }
}

interface StoredEvent {
  readonly uid: string;
  readonly count: number;
  readonly message: string;
}

interface StoredIncident {
  readonly title: string;
  readonly namespace: string;
}

const EVENTS = `SELECT coalesce(e.uid_text, e.uid::text) AS uid, e.count::int AS count, e.message
  FROM events e JOIN event_dims d ON d.id = e.dims_id WHERE d.origin = 'event'`;
const COUNTS = `SELECT sum(count)::int AS n FROM events UNION ALL SELECT sum(delta)::int FROM occurrences UNION ALL
  SELECT sum(r.occurrences)::int FROM rollups r JOIN event_dims d ON d.id = r.dims_id WHERE d.view = 0 GROUP BY r.level`;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tattle-replay-'));
});
afterAll(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

describe.each(RECORDINGS)('a replay of examples/%s', (recording) => {
  const recorded = recordedEvents(recording);
  let dataDir: string;
  let report: ReplayReport;
  let rows: StoredRows;
  let meanings: StoredRows;
  beforeAll(async () => {
    dataDir = join(home, recording);
    report = await replayed(recording, dataDir);
    [rows, meanings] = await asking(dataDir, async (database) => [
      await storedRows(database),
      await storedMeanings(database),
    ]);
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
    const events = await asking(dataDir, (database) => query<StoredEvent>(database, EVENTS));
    expect(events).toHaveLength(recorded.last.size);
    const stored = new Map(events.map(({ uid, count, message }) => [uid, { count, note: message }]));
    for (const [uid, last] of recorded.last) expect(stored.get(uid)).toEqual(last);
  });

  it('says the same number of occurrences by counts, by rows and by rollups', async () => {
    const totals = (await asking(dataDir, (database) => query<{ n: number }>(database, COUNTS))).map(({ n }) => n);
    expect(totals).toHaveLength(5);
    expect(new Set(totals).size).toBe(1);
  });

  it('tells nobody, and says so', () => {
    const statuses = (meanings.deliveries ?? []).map((row) => (JSON.parse(row) as { status: string }).status);
    expect(statuses.length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set(['suppressed']));
  });

  it('raises nothing about what is healthy', async () => {
    const incidents = await asking(dataDir, (database) =>
      query<StoredIncident>(database, `SELECT title, root->>'namespace' AS namespace FROM incidents`),
    );
    expect(incidents.length).toBeGreaterThan(0);
    expect(incidents.filter(({ namespace }) => namespace === 'healthy')).toEqual([]);
  });

  it('changes no row when it is run again', async () => {
    const again = await replayed(recording, dataDir);
    expect(again).toMatchObject({ stored: 0, received: recorded.items, occurrences: 0 });
    expect(await asking(dataDir, storedRows)).toEqual(rows);
  });

  it('leaves the same rows after kills at any point as without one', { timeout: 120_000 }, async () => {
    const killed = join(home, `${recording}-killed`);
    const random = seeded(recording.length);
    for (let kill = 0; kill < 4; kill += 1) {
      const child = replayingChild(recording, killed);
      await sleep(700 + random() * 1800);
      await kill9(child);
    }
    await replayed(recording, killed);
    const found = await asking(killed, storedMeanings);
    for (const [table, expected] of Object.entries(meanings)) expect(found[table], table).toEqual(expected);
  });
});

it('is refused beside a running server, and names it', async () => {
  const dataDir = join(home, 'served');
  const server = createServer((_, response) => response.end('ok\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(dataDir);
  await writeServerFile(dataDir, { url, token: 'x' });
  await expect(replayed('states', dataDir)).rejects.toThrow(`a server at ${url} runs on ${dataDir}`);
});

function replayingChild(recording: string, dataDir: string): ChildProcess {
  return spawn(process.execPath, [CHILD, join(EXAMPLES, recording), dataDir], { stdio: 'ignore' });
}

async function kill9(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

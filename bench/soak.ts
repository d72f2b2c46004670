/**
 * kill -9 at random, again and again, under load, and then the oracle: every event that the API server served is stored exactly
 * once with its last count, nothing is stored that was never served, new events flow afterwards, gaps are in order, and whoever was to be
 * told of an incident was told, under one id a turn. Every fourth kill takes PostgreSQL along, as a power cut would.
 *
 *   npm run soak -- --kills 100 --rate 200
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { postmasterPid } from './processes.ts';
import { muteNamespace, noticeFailures, writeNotifySettings } from './soak-notices.ts';
import { type Served, startWitness } from './witness.ts';
import { spawnTattle, startTattle, type TattleProcess, writeKubeconfig } from './tattle-process.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, rate: { type: 'string', default: '200' } },
});
const kills = Number(values.kills);
/** A start takes about a second: kills fall into the start, the list, the catching up and the watching. */
const SHORTEST_LIFE_MS = 300;
const LONGEST_LIFE_MS = 4000;
const CATCH_UP_MS = 60_000;

interface Row {
  readonly uid: string;
  readonly origin: string;
  readonly count: number;
  readonly message: string;
}

const home = await mkdtemp(join(tmpdir(), 'tattle-soak-'));
const witness = await startWitness(Number(values.rate));
const environment = {
  TATTLE_WEBHOOK_URL: witness.webhookUrl,
  TATTLE_WEBHOOK_FORMAT: 'tattle',
  TATTLE_LOG_LEVEL: 'error',
  TATTLE_CONFIG: await writeNotifySettings(home),
};
let failures: readonly string[] = [];
try {
  await beforeAll();
  for (let kill = 1; kill <= kills; kill += 1) await liveAndDie(kill);
  failures = await judge();
} finally {
  await witness.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(
  `${kills} kills, ${witness.served.size} events served: ${failures.length === 0 ? 'nothing lost, nothing invented' : `${failures.length} failures`}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

/** A silence that outlives every kill. */
async function beforeAll(): Promise<void> {
  const tattle = await startTattle(witness.url, home, environment);
  await muteNamespace(tattle);
  await tattle.stop();
}

async function liveAndDie(kill: number): Promise<void> {
  const life = SHORTEST_LIFE_MS + Math.random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS);
  const dying = sleep(life);
  const victim = spawnTattle(await writeKubeconfig(witness.url, home), home, environment);
  await dying;
  if (victim.process.exitCode !== null) throw new Error(`life ${kill} ended by itself with ${victim.process.exitCode}`);
  victim.process.kill('SIGKILL');
  if (kill % 4 === 0) killPostmaster();
  await victim.stop();
}

/** It may not have come so far as to start one. */
function killPostmaster(): void {
  try {
    process.kill(postmasterPid(join(home, 'data')), 'SIGKILL');
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

async function judge(): Promise<readonly string[]> {
  const tattle = await startTattle(witness.url, home, environment);
  try {
    witness.pause();
    await caughtUp(tattle);
    const stored = await rows(tattle);
    const failed = compare(witness.served, stored);
    witness.resume();
    const before = stored.length;
    await sleep(3000);
    if ((await rows(tattle)).length <= before) failed.push('no new event flowed after the last kill');
    failed.push(...(await gapFailures(tattle)), ...(await noticeFailures(tattle, witness.told)));
    return failed;
  } finally {
    await tattle.stop();
  }
}

/** Whatever the kills left unwatched and could not resume has to be on record; resuming leaves no gap. */
async function gapFailures(tattle: TattleProcess): Promise<readonly string[]> {
  const status = (await (await tattle.get('/api/v1/status')).json()) as {
    gaps: readonly { from: string; to: string | null }[];
  };
  return status.gaps
    .filter(({ from, to }) => to !== null && Date.parse(to) < Date.parse(from))
    .map(({ from, to }) => `a gap ends before it begins: ${from} – ${to}`);
}

/** The witness is paused: what is stored must come to equal what was served. */
async function caughtUp(tattle: TattleProcess): Promise<void> {
  const deadline = performance.now() + CATCH_UP_MS;
  while (performance.now() < deadline) {
    if (compare(witness.served, await rows(tattle)).length === 0) return;
    await sleep(1000);
  }
}

async function rows(tattle: TattleProcess): Promise<readonly Row[]> {
  const all: Row[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await tattle.get(`/api/v1/events?limit=1000${query}`);
    if (!answer.ok) throw new Error(`the events answered ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as { items: readonly Row[]; nextCursor: string | null };
    all.push(...page.items.filter(({ origin }) => origin === 'event'));
    cursor = page.nextCursor;
  }
  return all;
}

function compare(served: ReadonlyMap<string, Served>, stored: readonly Row[]): string[] {
  const failed: string[] = [];
  const seen = new Set<string>();
  for (const { uid, count, message } of stored) {
    if (seen.has(uid)) failed.push(`${uid} is stored twice`);
    seen.add(uid);
    const truth = served.get(uid);
    if (truth === undefined) failed.push(`${uid} was never served`);
    else if (truth.count !== count) failed.push(`${uid} has count ${count}, served ${truth.count}`);
    else if (truth.message !== message) failed.push(`${uid} says ${JSON.stringify(message)}`);
  }
  for (const uid of served.keys()) if (!seen.has(uid)) failed.push(`${uid} is lost`);
  return failed;
}

/**
 * kill -9 at random, again and again, under load, and then the oracle: every event that the API server served is stored exactly
 * once with its last count, nothing is stored that was never served, new events flow afterwards, gaps are in order, and whoever was to be
 * told of an incident was told, under one id a turn. Every fourth kill takes PostgreSQL along, as a power cut would.
 * Before that, as root, a disk of its own becomes full and is freed again, by the same oracle.
 *
 *   npm run soak -- --kills 100 --rate 200
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { postmasterPid } from './processes.ts';
import { caughtUp, rowsOf } from './soak-events.ts';
import { fullDiskFailures } from './soak-full-disk.ts';
import { muteNamespace, noticeFailures, writeNotifySettings } from './soak-notices.ts';
import { startWitness } from './witness.ts';
import { spawnTattle, startTattle, type TattleProcess, writeKubeconfig } from './tattle-process.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, rate: { type: 'string', default: '200' } },
});
const kills = Number(values.kills);
/** A start takes about a second: kills fall into the start, the list, the catching up and the watching. */
const SHORTEST_LIFE_MS = 300;
const LONGEST_LIFE_MS = 4000;

const home = await mkdtemp(join(tmpdir(), 'tattle-soak-'));
const witness = await startWitness(Number(values.rate));
const environment = {
  TATTLE_WEBHOOK_URL: witness.webhookUrl,
  TATTLE_WEBHOOK_FORMAT: 'tattle',
  TATTLE_LOG_LEVEL: 'error',
  TATTLE_CONFIG: await writeNotifySettings(home),
};
let failures: readonly string[] = [];
const onFullDisk = await fullDiskFailures(Number(values.rate));
if (onFullDisk === null) {
  console.error('SKIPPED the full disk: only root may mount a small one here; run the soak as root to try it');
}
try {
  await beforeAll();
  for (let kill = 1; kill <= kills; kill += 1) await liveAndDie(kill);
  failures = [...(await judge()), ...(onFullDisk ?? [])];
} finally {
  await witness.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(
  `${onFullDisk === null ? '' : 'a full disk, '}${kills} kills, ${witness.served.size} events served: ${failures.length === 0 ? 'nothing lost, nothing invented' : `${failures.length} failures`}`,
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
    const failed = await caughtUp(tattle, witness.served);
    const before = (await rowsOf(tattle, 'event')).length;
    witness.resume();
    await sleep(3000);
    if ((await rowsOf(tattle, 'event')).length <= before) failed.push('no new event flowed after the last kill');
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

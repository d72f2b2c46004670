/**
 * From an event at the API server to its row, and to the webhook, at ordinary load: a hundred events a second, and two new
 * problems a second, each on a workload of its own. The row is looked for over the API every few milliseconds; the webhook is a
 * receiver on loopback. Reference of the same run: a bare POST to the same receiver.
 *
 *   npm run bench:e2e -- --seconds 60
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startStage } from './stage.ts';
import { startTattle, type TattleProcess } from './tattle-process.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);
const PROBLEMS_A_SECOND = 2;
const BACKGROUND_A_SECOND = 100;
const LOOK_EVERY_MS = 3;
const GIVE_UP_MS = 20_000;

const home = await mkdtemp(join(tmpdir(), 'tattle-e2e-'));
const stage = await startStage({ workloads: seconds * PROBLEMS_A_SECOND + 1, backgroundRate: BACKGROUND_A_SECOND });
let tattle: TattleProcess | null = null;
try {
  tattle = await startTattle(stage.url, home, { TATTLE_WEBHOOK_URL: stage.webhookUrl });
  await sleep(3000);
  const toRow: number[] = [];
  const toWebhook: number[] = [];
  const measured: Promise<void>[] = [];
  for (let i = 0; i < seconds * PROBLEMS_A_SECOND; i += 1) {
    measured.push(follow(tattle, i, toRow, toWebhook));
    await sleep(1000 / PROBLEMS_A_SECOND);
  }
  await Promise.all(measured);
  console.log(`${toRow.length} problems in ${seconds} s, beside ${BACKGROUND_A_SECOND} events/s`);
  console.log(`  event → row over the API   ${quantiles(toRow)}`);
  console.log(`  event → webhook            ${quantiles(toWebhook)}`);
  console.log(`  reference: bare POST       ${quantiles(await barePosts(stage.webhookUrl))}`);
} finally {
  await tattle?.stop();
  await stage.close();
  await rm(home, { recursive: true, force: true });
}

async function follow(running: TattleProcess, i: number, toRow: number[], toWebhook: number[]): Promise<void> {
  const uid = randomUUID();
  const began = performance.now();
  const told = stage.breakWorkload(i, uid);
  toRow.push((await rowSeen(running, uid)) - began);
  toWebhook.push((await Promise.race([told, late(uid)])) - began);
}

async function rowSeen(running: TattleProcess, uid: string): Promise<number> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (performance.now() < deadline) {
    const answer = await running.get(`/api/v1/events/${uid}`);
    await answer.arrayBuffer();
    if (answer.ok) return performance.now();
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`event ${uid} was not stored within ${GIVE_UP_MS / 1000} s`);
}

async function late(uid: string): Promise<never> {
  await sleep(GIVE_UP_MS, undefined, { ref: false });
  throw new Error(`the webhook was not told of event ${uid} within ${GIVE_UP_MS / 1000} s`);
}

async function barePosts(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 100; i += 1) {
    const began = performance.now();
    await (await fetch(url, { method: 'POST', body: JSON.stringify({ event_uid: `bare-${i}` }) })).arrayBuffer();
    times.push(performance.now() - began);
  }
  return times;
}

function quantiles(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (quantile: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN).toFixed(0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, highest ${at(1)} ms`;
}

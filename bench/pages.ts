/**
 * The pages in Chromium over a million stored events: script of the first load, time until a page can be used, a click on a facet → its rows,
 * and the list of events live while 500 a second come. Chromium, Tattle, its PostgreSQL and, for the last, the load share the machine.
 *
 *   npm run bench:pages -- --events 1000000 --seconds 300
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { fillStore } from './filled-store.ts';
import {
  COUNT_FRAMES,
  EVENTS_SHOWN,
  FACETS,
  heapBytes,
  msUntilUsable,
  pressFacet,
  takeFrames,
} from './page-measures.ts';
import { nextLine, run, type Running } from './processes.ts';
import { startTattle, type TattleProcess } from './tattle-process.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    clicks: { type: 'string', default: '20' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '300' },
  },
});
const events = Number(values.events);
const rounds = Number(values.rounds);
const clicks = Number(values.clicks);
const seconds = Number(values.seconds);
const WARM_UP_MS = 10_000;
const RECEIVED = 'tattle_events_received_total';
const FRAME_MS = 1000 / 60;
const PAGES = [
  ...[
    '/',
    '/incidents',
    '/events',
    '/timeline',
    '/patterns',
    '/deliveries',
    '/start',
    '/object?kind=Pod&name=web-1-7d9f8',
  ],
  ...['/settings/namespaces', '/settings/event-types', '/settings/retention', '/settings/access', '/settings/audit'],
];

const home = await mkdtemp(join(tmpdir(), 'tattle-pages-bench-'));
const browser = await chromium.launch({
  executablePath: process.env['TATTLE_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const began = performance.now();
  await fillStore(home, events);
  console.log(`${events} events over 8 days, filled in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await withTattle('1', async (tattle) => {
    for (const path of PAGES) await firstLoad(tattle, path);
    await facetClicks(tattle);
  });
  await withTattle(values.rate, liveList);
} finally {
  await browser.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

/** A Tattle on the filled store that watches so many new events a second. */
async function withTattle(rate: string, measure: (tattle: TattleProcess) => Promise<void>): Promise<void> {
  const load: Running = run(join(import.meta.dirname, 'load-process.ts'), ['--rate', rate]);
  let tattle: TattleProcess | null = null;
  try {
    const { url } = JSON.parse(await nextLine(load)) as { url: string };
    tattle = await startTattle(url, home, { TATTLE_REQUESTS_PER_MINUTE: '100000' });
    await sleep(WARM_UP_MS);
    await measure(tattle);
  } finally {
    await tattle?.stop();
    await load.stop();
  }
}

/** In a browser that was never here. */
async function withPage<T>(
  { origin, token }: TattleProcess,
  use: (page: Page, open: (path: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  // What is measured runs in the page as text, which the policy of the pages forbids.
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, bypassCSP: true });
  try {
    const page = await context.newPage();
    const answer = await page.request.post(`${origin}/api/v1/session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok()) throw new Error(`signing in was answered with ${answer.status()}`);
    return await use(page, (path) => page.goto(`${origin}${path}`, { waitUntil: 'commit' }));
  } finally {
    await context.close();
  }
}

async function firstLoad(tattle: TattleProcess, path: string): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    await withPage(tattle, async (page, open) => {
      const sizes: Promise<number>[] = [];
      page.on('requestfinished', (request) => {
        if (request.resourceType() === 'script') sizes.push(request.sizes().then((size) => size.responseBodySize));
      });
      const usable = await msUntilUsable(page, () => open(path));
      times.push(usable);
      bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    });
  }
  const kilobytes = (bytes / 1024).toFixed(0).padStart(4);
  console.log(`  ${path.padEnd(40)} script ${kilobytes} kB as received  usable after ${quantiles(times)}`);
}

async function facetClicks(tattle: TattleProcess): Promise<void> {
  await withPage(tattle, async (page, open) => {
    await open('/events?live=off');
    await page.waitForFunction(EVENTS_SHOWN);
    const values = await page.locator(FACETS).count();
    const times: number[] = [];
    // Each value is chosen and taken back.
    for (let click = 0; click < clicks; click += 1) times.push(await pressFacet(page, Math.floor(click / 2) % values));
    console.log(`  a click on a facet → its rows: ${quantiles(times)} (${clicks} clicks)`);
  });
}

async function liveList(tattle: TattleProcess): Promise<void> {
  await withPage(tattle, async (page, open) => {
    await open('/events?live=follow');
    await page.waitForFunction(EVENTS_SHOWN);
    await sleep(WARM_UP_MS);
    const [before, heap] = [await tattle.metrics(), await heapBytes(page)];
    await page.evaluate(COUNT_FRAMES);
    await sleep(seconds * 1000);
    const frames = await takeFrames(page);
    const after = await heapBytes(page);
    const received = (await tattle.metrics()).total(RECEIVED) - before.total(RECEIVED);
    const due = frames.elapsedMs / FRAME_MS;
    const megabytes = (bytes: number) => `${(bytes / 1048576).toFixed(1)} MB`;
    console.log(
      `  live for ${seconds} s, ${(received / seconds).toFixed(0)} events/s: heap ${megabytes(heap)} → ${megabytes(after)}, ` +
        `${(100 * Math.max(0, 1 - frames.drawn / due)).toFixed(1)} % of frames dropped, the longest took ${frames.longestMs.toFixed(0)} ms`,
    );
  });
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(0).padStart(5);
  return `p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  worst ${at(1)} ms`;
}

/** A hundred thousand events behind the list: one scrolls as deep as one likes, few are in the page, and the browser does not swell. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { fillStore } from '../../bench/filled-store.ts';
import { useBrowser } from './harness/browser.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const EVENTS = 100_000;
const MOST_ROWS = 200;
const DEEP = 12_000;
/** The machine may be busy: how fast it is, the bench says. */
const PATIENT = { timeout: 20_000 };
const MOST_HEAP_BYTES = 150 * 1024 * 1024;

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '1000' }, untilPlayed, async (home) => {
  await fillStore(home, EVENTS);
  return {};
});
const browser = useBrowser();

interface Sight {
  readonly rows: number;
  /** Rows in sight that have no event in them, and places in sight where a row is missing. */
  readonly blank: number;
  readonly last: number;
}

/** What is in sight of the list now. */
const sightOf = (page: Page): Promise<Sight> =>
  page.evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-index]')];
    const inSight = rows.filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > 100 && top < innerHeight;
    });
    const indexes = inSight.map((row) => Number(row.dataset['index'])).sort((a, b) => a - b);
    const [first = 0, last = -1] = [indexes[0], indexes.at(-1)];
    const empty = inSight.filter((row) => row.querySelector('[data-open]') === null).length;
    return { rows: rows.length, blank: empty + (last - first + 1 - indexes.length), last };
  });

const isWhole = async (page: Page) => {
  const { blank, last } = await sightOf(page);
  return blank === 0 && last >= 0;
};

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

it('scrolls deep by wheel and by keys, and back, with rows wherever one stops', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/events?live=off');
  await page.mouse.move(700, 700);
  let most = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    await page.mouse.wheel(0, 4000);
    most = Math.max(most, (await sightOf(page)).rows);
    await expect.poll(() => isWhole(page), PATIENT).toBe(true);
  }
  const byWheel = (await sightOf(page)).last;
  expect(byWheel).toBeGreaterThan(1000);
  for (let turn = 0; turn < 10; turn += 1) await page.keyboard.press('PageDown');
  await expect.poll(() => isWhole(page), PATIENT).toBe(true);
  await expect.poll(async () => (await sightOf(page)).last, PATIENT).toBeGreaterThan(byWheel);
  const early = await heapBytes(page);

  // Far beyond what is held at once.
  for (let last = 0; last < DEEP; last = (await sightOf(page)).last) {
    await page.keyboard.press('End');
    await expect.poll(async () => (await sightOf(page)).last, PATIENT).toBeGreaterThan(last);
    most = Math.max(most, (await sightOf(page)).rows);
  }
  await expect.poll(() => isWhole(page), PATIENT).toBe(true);

  const late = await heapBytes(page);
  expect(late).toBeLessThan(MOST_HEAP_BYTES);
  // Where pages begin is remembered; their rows are not.
  expect(late - early).toBeLessThan(30 * 1024 * 1024);
  expect(most).toBeLessThan(MOST_ROWS);

  // What was let go of comes back.
  for (const share of [0.6, 0.3, 0]) {
    await page.evaluate((at) => scrollTo({ top: document.documentElement.scrollHeight * at }), share);
    const inSight = async () => share === 0 || (await isWhole(page));
    await expect.poll(inSight, PATIENT).toBe(true);
  }
  await page.locator('[data-index="0"] [data-open]').waitFor();
  expect(complaints()).toEqual([]);
}, 240_000);

it('narrows them down by a facet to what has it', async () => {
  const { page, settled } = await openSignedIn(browser, server(), '/events?live=off');
  const facet = page.getByRole('region', { name: 'namespace', exact: true }).getByRole('button', { pressed: false });
  await facet.first().click();
  await page.waitForURL(/namespace=/);
  await settled();
  const namespace = new URL(page.url()).searchParams.get('namespace') ?? '';
  const objects = await page.locator('[data-index] a.object').allTextContents();
  expect(objects.length).toBeGreaterThan(10);
  expect(objects.filter((name) => !name.includes(`${namespace}/`))).toEqual([]);
});

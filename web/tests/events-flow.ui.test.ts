/** Narrowing events down: by words, by a facet, by a cell; back and forward, by link, by keys, and out of Tattle. */
import { readFile } from 'node:fs/promises';
import type { WireEvent } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useBrowser, type WatchedPage } from './harness/browser.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '60' }, untilPlayed);
const browser = useBrowser();

const rowsOf = (page: Page) => page.getByRole('region', { name: 'List of events' }).locator('[data-index]');

/** What a person would say is on the screen. */
async function seen({ page, settled }: WatchedPage) {
  await settled();
  return {
    address: new URL(page.url()).search,
    words: await page.getByLabel('Search events').inputValue(),
    chips: await page.getByRole('list', { name: 'Active filters' }).allInnerTexts(),
    messages: (await rowsOf(page).locator('[data-open]').allTextContents()).slice(0, 15),
    end: (await page.getByText(/events?, no more\.|events? so far/).textContent())?.trim(),
  };
}

it('walks through what was narrowed down, back, forward and by link', async () => {
  const watched = await openSignedIn(browser, server(), '/events');
  const { page, settled, complaints } = watched;
  const states = [await seen(watched)];

  await page.getByLabel('Search events').fill('failed');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=failed/);
  states.push(await seen(watched));

  const warning = page.getByRole('region', { name: 'type', exact: true }).getByRole('button', { name: /^Warning/ });
  await warning.click();
  await page.waitForURL(/type=Warning/);
  states.push(await seen(watched));

  const not = rowsOf(page)
    .first()
    .getByRole('button', { name: /^Leave out reason / });
  await rowsOf(page)
    .first()
    .getByRole('cell')
    .filter({ has: page.getByRole('button', { name: /^Leave out reason / }) })
    .hover();
  const reason = ((await not.getAttribute('aria-label')) ?? '').replace('Leave out reason ', '');
  await not.click();
  await page.waitForURL(/reason=/);
  states.push(await seen(watched));

  expect(states.map(({ chips }) => chips.join())).toEqual([
    ...['', '', expect.stringMatching(/type is\s*Warning/)],
    expect.stringMatching(new RegExp(`reason is not\\s*${reason}[^]*type is\\s*Warning`)),
  ]);
  expect(new Set(states.map(({ end }) => end)).size).toBe(states.length);
  expect(states.every(({ messages }) => messages.length > 0)).toBe(true);

  for (const state of states.slice(0, -1).reverse()) {
    await page.goBack();
    expect(await seen(watched)).toEqual(state);
  }
  for (const state of states.slice(1)) {
    await page.goForward();
    expect(await seen(watched)).toEqual(state);
  }
  const sent = await openSignedIn(browser, server(), `/events${states.at(-1)?.address ?? ''}`);
  expect(await seen(sent)).toEqual(states.at(-1));

  await page.getByRole('button', { name: `Remove: reason is not ${reason}` }).click();
  await settled();
  expect((await seen(watched)).messages).toEqual(states.at(-2)?.messages);
  expect(complaints()).toEqual([]);
});

it('opens and steps through events by keys alone', async () => {
  const { page } = await openSignedIn(browser, server(), '/events');
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest('[data-index]')?.getAttribute('data-index'));
  await page.keyboard.press('j');
  await expect.poll(focused).toBe('0');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect.poll(focused).toBe('1');
  const message = (await rowsOf(page).locator('[data-open]').nth(1).getAttribute('title')) ?? '';
  await page.keyboard.press('o');
  await page.waitForURL(/event=/);
  const panel = page.getByRole('complementary').filter({ has: page.getByRole('button', { name: 'Close the event' }) });
  await panel.getByText(message.slice(0, 60)).first().waitFor();
  const opened = page.url();
  await page.keyboard.press('j');
  await expect.poll(() => page.url()).not.toBe(opened);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('');
});

it('hands out what matches, a line an event', async () => {
  const { page } = await openSignedIn(browser, server(), '/events?reason=BackOff');
  await page.getByRole('button', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /JSON lines/ }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.(jsonl|ndjson)$/);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  const exported = lines.map((line) => JSON.parse(line) as WireEvent);
  const stored = await server().get<{ items: WireEvent[] }>('/api/v1/events?reason=BackOff&limit=1000');
  expect(exported.map(({ uid }) => uid).sort()).toEqual(stored.body.items.map(({ uid }) => uid).sort());
  expect(exported.length).toBeGreaterThan(3);
});

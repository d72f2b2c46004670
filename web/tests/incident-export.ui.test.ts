/** An exported incident as somebody opens it who has no Tattle, no network and no trust: a file in a browser. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WireIncidentPage } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import type { Scheme, Shape } from './harness/chromium.ts';
import { HOSTILE, writeHostileRecording } from './harness/hostile-recording.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '1' }, untilPlayed, async (home) => {
  const folder = join(home, 'hostile');
  await writeHostileRecording(folder);
  return { TATTLE_SIMULATE_RECORDINGS: folder };
});
const browser = useBrowser();
const files: string[] = [];

beforeAll(async () => {
  const { items } = await server().awaits<WireIncidentPage>(
    '/api/v1/incidents?limit=200',
    ({ items: found }) => found.length >= HOSTILE.length,
  );
  for (const { id } of items) {
    const file = join(server().home, `${id}.html`);
    const answer = await fetch(new URL(`/api/v1/incidents/${id}/export`, server().origin), {
      headers: { authorization: `Bearer ${server().token}` },
    });
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    files.push(file);
  }
});

/** The file, without a network; what it asks for is none but itself. */
async function openFile(file: string, shape: Shape, scheme: Scheme) {
  // Of files, the origin is this word.
  const { page, complaints } = await browser.open('null', { shape, scheme });
  await page.context().setOffline(true);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints, asked };
}

const seen = (page: Page) =>
  page.evaluate(() => ({
    theirs: document.querySelectorAll('[data-theirs]').length,
    scripts: [...document.scripts].map(({ type }) => type),
    links: [...document.querySelectorAll('[href], [src], [action]')]
      .map((element) => element.getAttribute('href') ?? element.outerHTML)
      .filter((href) => !/^#evidence-\d+$/.test(href)),
    sideways: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    isStyled: getComputedStyle(document.querySelector('section') ?? document.body).borderRadius,
  }));

it.each([
  ['desktop', 'light'],
  ['phone', 'dark'],
] as const)('shows what others wrote as text, asks for nothing and fits, on a %s in the %s', async (shape, scheme) => {
  expect(files.length).toBeGreaterThanOrEqual(HOSTILE.length);
  for (const file of files) {
    const { page, complaints, asked } = await openFile(file, shape, scheme);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await seen(page)).toEqual({
      theirs: 0,
      scripts: ['application/json'],
      links: [],
      sideways: 0,
      isStyled: '10px',
    });
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(complaints()).toEqual([]);
    await page.context().close();
  }
});

it('leads from the words that prove it to the evidence that they stand in, folded or not', async () => {
  for (const file of files) {
    const { page } = await openFile(file, 'phone', 'light');
    const quotes = page.locator('a.quote');
    if ((await quotes.count()) > 0) {
      const place = (await quotes.first().getAttribute('href')) ?? '';
      await quotes.first().click();
      expect(await page.locator(`[id="${place.slice(1)}"]`).isVisible()).toBe(true);
      return;
    }
    await page.context().close();
  }
  throw new Error('no diagnosis quotes anything');
});

it('is light or dark as its reader is, and prints what is folded', async () => {
  const [file = ''] = files;
  const background = async (scheme: Scheme) => {
    const { page } = await openFile(file, 'desktop', scheme);
    return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  };
  expect(await background('light')).toBe('rgb(247, 248, 250)');
  expect(await background('dark')).toBe('rgb(15, 18, 22)');
  const { page } = await openFile(file, 'desktop', 'dark');
  const heights = () =>
    page.evaluate(() => [...document.querySelectorAll('details > :not(summary)')].map((each) => each.clientHeight));
  await page.emulateMedia({ media: 'print' });
  expect(Math.min(...(await heights()))).toBeGreaterThan(0);
});

it('is downloaded from the page of the incident', async () => {
  const { items } = (await server().get<WireIncidentPage>('/api/v1/incidents?limit=1')).body;
  const [incident] = items;
  const { page, complaints } = await openSignedIn(browser, server(), `/incidents/${incident?.id ?? ''}`);
  await page.getByRole('button', { name: 'More to do with it' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export as a page' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^tattle-incident-.+\.html$/);
  expect(await readFile(await download.path(), 'utf8')).toContain('id="tattle-incident"');
  expect(complaints()).toEqual([]);
});

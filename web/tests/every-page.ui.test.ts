/** What holds for every page: nothing fails, nothing is asked of elsewhere, everybody can read it, and a reload shows the same. */
import { AxeBuilder } from '@axe-core/playwright';
import type { WireIncidentPage } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import type { Scheme, Shape } from './harness/chromium.ts';
import { PATHS, pathTo } from './harness/paths.ts';
import { signIn } from './harness/sign-in.ts';
import { TROUBLE, untilIncidents, useTattle } from './harness/tattle.ts';

const server = useTattle(TROUBLE, (started) => untilIncidents(started, 8));
const browser = useBrowser();

let incidents: WireIncidentPage['items'] = [];
beforeAll(async () => {
  incidents = (await untilIncidents(server(), 8)).items;
});

function addressOf(path: string): string {
  const [first] = incidents;
  if (first === undefined) throw new Error('there is no incident');
  return server().origin + pathTo(path, first);
}

/** Without what goes on: how many things are broken, and for how long. */
function steady(heading: string | null): string {
  return (heading ?? '').replace(/\d+( (s|min|h|d)\b)?/g, '#');
}

/** What answers 404 on purpose is written to the console by the browser itself. */
const ON_PURPOSE = /status of 404/;

const SCHEMES: readonly Scheme[] = ['light', 'dark'];

async function violations(page: Page): Promise<readonly string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

// A page keeps one core busy, so that two are looked at at once.
describe.concurrent.each<Shape>(['desktop', 'phone'])('on a %s', (shape) => {
  it.for(PATHS)('%s is whole, readable by everybody, and the same after a reload', async (path, { onTestFinished }) => {
    const { page, settled, complaints } = await browser.open(server().origin, { shape }, onTestFinished);
    await signIn(page, server());
    await page.goto(addressOf(path));
    await page.locator('h1').first().waitFor();
    await settled();
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways).toBe(0);
    const heading = await page.locator('h1').first().textContent().then(steady);
    const address = page.url();
    await page.reload();
    await page.locator('h1').first().waitFor();
    await settled();
    expect(page.url()).toBe(address);
    expect(await page.locator('h1').first().textContent().then(steady)).toBe(heading);
    expect(complaints(ON_PURPOSE)).toEqual([]);
  });
});

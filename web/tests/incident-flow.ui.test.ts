/** From the first glance at 3 a.m. to what fixed it: Now, the incident, its evidence, and what one does, seen live in another tab. */
import type { WireIncident } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { hiddenBecause } from './harness/sight.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilIncidents, untilPlayed, useTattle } from './harness/tattle.ts';

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '60' }, untilPlayed);
const browser = useBrowser();

async function incidentOf(name: string): Promise<WireIncident> {
  const { items } = await untilIncidents(server(), 3);
  const found = items.find(({ root, state }) => root.name === name && state !== 'resolved');
  if (found === undefined) throw new Error(`nothing is wrong with ${name}`);
  return found;
}

const cardOf = (page: Page, { id }: WireIncident) =>
  page.getByRole('article').filter({ has: page.locator(`a[href$="incidents/${id}"]`) });

it('says on the first screen of a phone what is broken, how bad, and why', async () => {
  const { page } = await openSignedIn(browser, server(), '/', { shape: 'phone' });
  const card = page.getByRole('article').first();
  const title = card.getByRole('heading');
  const link = title.getByRole('link');
  const id = (await link.getAttribute('href'))?.split('/').at(-1) ?? '';
  const { body: incident } = await server().get<WireIncident>(`/api/v1/incidents/${id}`);
  // Its commands are set apart, its moments are told in the zone of the reader: what it says before them is as the server wrote it.
  const explanation = incident.diagnosis?.explanation ?? 'no diagnosis';
  const why = card.locator('p').filter({ hasText: explanation.split(/["'`“]|\d{4}-/)[0]?.trim() ?? '' });
  const parts = {
    headline: page.getByRole('heading', { level: 1 }),
    severity: card.getByText(incident.severity, { exact: false }).first(),
    title,
    object: card.getByRole('link', { name: incident.root.name }).last(),
    why,
  };
  for (const [name, part] of Object.entries(parts)) expect([name, await hiddenBecause(part)]).toEqual([name, null]);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

it('leads from what is broken over the quoted words to the evidence that they stand in', async () => {
  const incident = await incidentOf('cart-api');
  const { page } = await openSignedIn(browser, server(), '/');
  await cardOf(page, incident).getByRole('heading').getByRole('link').click();
  await page.waitForURL(`**/incidents/${incident.id}`);
  const quote = page.locator('#why').getByRole('link', { name: 'DATABASE_URL' }).first();
  const words = (await quote.locator('code').textContent()) ?? '';
  await quote.click();
  await page.waitForURL(/[?&]at=/);
  const place = new URL(page.url()).searchParams.get('at') ?? '';
  const line = page.locator(`[id="${place}"]`).locator('xpath=ancestor-or-self::*[contains(., "DATABASE_URL")][1]');
  expect(words).toContain('DATABASE_URL');
  expect(await line.textContent()).toContain(words);
  expect(await hiddenBecause(line)).toBeNull();
  // It is a link as any other: whoever is sent it sees the same line.
  const { page: sent } = await openSignedIn(
    browser,
    server(),
    new URL(page.url()).pathname + new URL(page.url()).search,
  );
  const same = sent.locator(`[id="${place}"]`).locator('xpath=ancestor-or-self::*[contains(., "DATABASE_URL")][1]');
  expect(await hiddenBecause(same)).toBeNull();
});

it('shows in another tab within seconds that somebody looks at it, and what fixed it', async () => {
  const incident = await incidentOf('cart-api');
  const { page } = await openSignedIn(browser, server(), `/incidents/${incident.id}`);
  const now = await page.context().newPage();
  await now.goto(server().origin);
  await cardOf(now, incident).waitFor();

  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('dialog').getByLabel('A word for the others').fill('looking at it');
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('Acknowledged', { exact: true }).first().waitFor();
  await cardOf(now, incident).getByText('Acknowledged').waitFor({ timeout: 10_000 });

  await page.getByRole('button', { name: 'Resolve' }).click();
  await page.getByRole('dialog').getByLabel('What fixed it?').fill('set DATABASE_URL again');
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('It is over').waitFor();
  await page.getByText('Fixed by: set DATABASE_URL again').waitFor();
  await cardOf(now, incident).waitFor({ state: 'detached', timeout: 10_000 });
  await now.locator(`a[href$="incidents/${incident.id}"]`).first().waitFor();

  await now.goto(`${server().origin}/incidents?state=resolved`);
  await now.locator(`#incident-${incident.id}`).waitFor();
});

/** A token from its making over what its holder sees to its end. */
import type { WireEventPage, WireIncidentPage } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '60' }, untilPlayed);
const browser = useBrowser();

const ACTS = /^(Acknowledge|Resolve|Add a note|Merge|Say what fixed it|Send again|Save|Create a token)/;

async function makeToken(page: Page, name: string, namespaces: string): Promise<string> {
  await page.getByRole('button', { name: 'Create a token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('radio', { name: /^viewer/i }).check();
  await dialog.getByRole('radio', { name: 'In some clusters or namespaces' }).check();
  await dialog.getByRole('textbox', { name: 'Namespaces' }).fill(namespaces);
  await dialog.getByRole('button', { name: 'Create the token' }).click();
  await dialog.getByText('Copy it now').waitFor();
  const secret = (await dialog.locator('code').first().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  return secret;
}

it('lets a colleague see one namespace, act on nothing, and out as soon as the token is revoked', async () => {
  const admin = await openSignedIn(browser, server(), '/settings/access');
  const secret = await makeToken(admin.page, 'for a colleague', 'checkout');
  await admin.page.getByText('viewer of checkout in every cluster').waitFor();
  expect(await admin.page.locator('body').innerText()).not.toContain(secret);

  const { page, settled, complaints } = await browser.open(server().origin);
  await page.goto(`${server().origin}/events`);
  await page.getByLabel('Token').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
  await settled();
  const all = await server().get<WireEventPage>('/api/v1/events?limit=1000&namespace=checkout');
  await page.getByText(`${all.body.items.length} events, no more.`).waitFor();
  const namespace = page.getByRole('region', { name: 'namespace', exact: true });
  expect(await namespace.getByRole('listitem').count()).toBe(1);
  expect(await namespace.getByRole('listitem').innerText()).toContain('checkout');

  const { items } = (await server().get<WireIncidentPage>('/api/v1/incidents?limit=200')).body;
  const ours = items.find(({ root }) => root.namespace === 'checkout');
  const others = items.find(({ root }) => root.namespace === 'media');
  await page.goto(`${server().origin}/incidents/${others?.id ?? ''}`);
  await page.getByRole('heading', { name: 'No such incident' }).waitFor();
  for (const path of [
    '/',
    '/incidents',
    `/incidents/${ours?.id ?? ''}`,
    '/deliveries',
    '/settings/namespaces',
    '/settings/access',
  ]) {
    await page.goto(`${server().origin}${path}`);
    await page.locator('h1').first().waitFor();
    await settled();
    const buttons = await page.locator('main').getByRole('button', { name: ACTS }).allInnerTexts();
    expect([path, buttons]).toEqual([path, []]);
  }

  await page.goto(server().origin);
  await page.getByText('Live', { exact: true }).waitFor();
  await admin.page.getByRole('button', { name: 'Revoke for a colleague' }).click();
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Revoke the token' }).click();
  await page.getByRole('heading', { name: 'Sign in to Tattle' }).waitFor({ timeout: 20_000 });
  expect(complaints(/status of (401|403|404)/)).toEqual([]);
  expect(admin.complaints()).toEqual([]);
});

it('signs out for good: back shows nothing of it', async () => {
  const { page } = await openSignedIn(browser, server(), '/events');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Access' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Tattle' }).waitFor();
  await page.goBack();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in to Tattle' }).waitFor();
  expect(await page.locator('[data-index]').count()).toBe(0);
});

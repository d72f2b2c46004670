/** Sinks: how they stand, what was refused, and sending that again, against a real endpoint that does not take everything. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WireSinks } from '@tattle/contract';
import { afterAll, expect, it } from 'vitest';
import { answers, type Endpoint, refusingOne, startEndpoint } from '../../server/src/sinks/testing/endpoint.ts';
import { useBrowser } from './harness/browser.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const REFUSAL = '<img data-theirs src=x> does not fit \u202e';
let endpoint: Endpoint | null = null;
afterAll(() => endpoint?.close());

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '60' }, untilPlayed, async (home) => {
  endpoint = await startEndpoint(refusingOne(REFUSAL));
  const file = join(home, 'sinks.json');
  const sink = {
    type: 'http',
    name: 'search',
    url: endpoint.url,
    from: 'beginning',
    batch: { records: 20, seconds: 0.2 },
  };
  await writeFile(file, JSON.stringify({ sinks: [sink] }));
  return { TATTLE_CONFIG: file };
});
const browser = useBrowser();

it('shows what was refused and why, as text, and sends it again once the other side is mended', async () => {
  await server().awaits<WireSinks>('/api/v1/sinks', ({ items }) => items.every(({ refused }) => refused > 0));
  const { page, complaints } = await openSignedIn(browser, server(), '/settings/sinks');
  await page.getByRole('button', { name: /refusal/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Refused by search' });
  await sheet.getByText('does not fit').first().waitFor();
  expect(new URL(page.url()).searchParams.get('refusals')).toBe('search');
  expect(await page.locator('[data-theirs]').count()).toBe(0);
  await sheet.locator('summary').first().click();
  await sheet.getByText('tattle.', { exact: false }).first().waitFor();
  if (endpoint !== null) endpoint.answer = answers.status(204);
  await sheet.getByRole('button', { name: 'Send all again' }).click();
  await sheet.getByText('Nothing is refused any more').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await page.getByText('Up to date').waitFor({ timeout: 30_000 });
  expect(await page.getByRole('button', { name: /refusal/ }).count()).toBe(0);
  expect(complaints()).toEqual([]);
});

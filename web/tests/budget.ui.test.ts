/** How much script a page costs who opens it first: what the browser asked for, as small as the server sends it. */
import { gzipSync } from 'node:zlib';
import type { WireIncidentPage } from '@tattle/contract';
import { beforeAll, expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { PATHS, pathTo } from './harness/paths.ts';
import { signIn } from './harness/sign-in.ts';
import { TROUBLE, untilIncidents, useTattle } from './harness/tattle.ts';

const MOST_BYTES = 150 * 1024;

const server = useTattle(TROUBLE, (started) => untilIncidents(started, 3));
const browser = useBrowser();

let incidents: WireIncidentPage['items'] = [];
beforeAll(async () => {
  incidents = (await untilIncidents(server(), 3)).items;
});

/** One page a kind: a query loads nothing more. */
const pages = [...new Map(PATHS.toReversed().map((path) => [path.split('?')[0], path])).values()];

it.each(pages)('%s costs no more than 150 kB of script', async (path) => {
  const [incident] = incidents;
  if (incident === undefined) throw new Error('there is no incident');
  const { page, settled } = await browser.open(server().origin);
  await signIn(page, server());
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  await page.goto(server().origin + pathTo(path, incident));
  await page.locator('h1').first().waitFor();
  await settled();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  // Less than this, and it would not have been the pages that were measured.
  expect(bytes).toBeGreaterThan(20 * 1024);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

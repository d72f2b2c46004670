/** Makes the pictures of the README and the documents, from the pages as they are, over a recorded cluster: `npm run docs:screenshots`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireIncidentPage } from '@tattle/contract';
import { chromium, type BrowserContext } from 'playwright-core';
import { startServer } from '../../server/src/app/testing/server-process.ts';
import { CHROMIUM, FLAGS, type Scheme, type Shape, SHAPES } from './harness/chromium.ts';
import { signIn } from './harness/sign-in.ts';

const IMAGES = join(import.meta.dirname, '../../docs/images');

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly shape: Shape;
  readonly scheme: Scheme;
}

const home = await mkdtemp(join(tmpdir(), 'tattle-pictures-'));
const stops: (() => Promise<void>)[] = [];
const server = await startServer(home, { TATTLE_SOURCE: 'simulate', TATTLE_SIMULATE_SPEED: '4' }, (stop) =>
  stops.push(stop),
);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS] });
try {
  const { items } = await server.awaits<WireIncidentPage>(
    '/api/v1/incidents?limit=100',
    (page) => page.items.some(({ title }) => title.includes('cart-api')) && page.items.length >= 10,
  );
  // So that there is something to look back at.
  await sleep(60_000);
  const shown = items.find(({ title }) => title.includes('cart-api'));
  for (const picture of picturesOf(`/incidents/${shown?.id ?? ''}`)) await take(picture);
} finally {
  await browser.close();
  for (const stop of stops) await stop();
  await rm(home, { recursive: true, force: true });
}

function picturesOf(incident: string): readonly Picture[] {
  return [
    { name: 'now-phone', path: '/', shape: 'phone', scheme: 'light' },
    { name: 'incident-phone', path: incident, shape: 'phone', scheme: 'dark' },
    { name: 'incident', path: incident, shape: 'desktop', scheme: 'light' },
    { name: 'events', path: '/events', shape: 'desktop', scheme: 'light' },
    { name: 'timeline', path: '/timeline?from=now-3m', shape: 'desktop', scheme: 'dark' },
    { name: 'settings', path: '/settings', shape: 'desktop', scheme: 'light' },
  ];
}

async function take({ name, path, shape, scheme }: Picture): Promise<void> {
  const context = await browser.newContext({ ...SHAPES[shape], colorScheme: scheme, timezoneId: 'UTC' });
  await photograph(context, path, join(IMAGES, `${name}.png`)).finally(() => context.close());
}

async function photograph(context: BrowserContext, path: string, file: string): Promise<void> {
  const page = await context.newPage();
  await signIn(page, server);
  await page.goto(`${server.origin}${path}`);
  await page.locator('h1').first().waitFor();
  // What comes after the heading, and the chart, are drawn a moment later.
  await sleep(2500);
  await page.screenshot({ path: file });
}

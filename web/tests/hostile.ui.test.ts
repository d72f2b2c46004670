/** What others named and wrote is shown as text, on every page: nothing of theirs is an element, runs, leads elsewhere, or breaks the layout. */
import { join } from 'node:path';
import type { WireEventPage, WireIncidentPage, WireNewToken } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { post } from './harness/calls.ts';
import { HOSTILE, writeHostileRecording } from './harness/hostile-recording.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '1' }, untilPlayed, async (home) => {
  const folder = join(home, 'hostile');
  await writeHostileRecording(folder);
  return { TATTLE_SIMULATE_RECORDINGS: folder };
});
const browser = useBrowser();

let incidents: WireIncidentPage['items'] = [];
let events: WireEventPage['items'] = [];
/** Number of the newest entry of the audit trail. */
let newest = 0;

beforeAll(async () => {
  ({ items: incidents } = await server().awaits<WireIncidentPage>(
    '/api/v1/incidents?limit=200',
    ({ items }) => items.length >= HOSTILE.length,
  ));
  ({ items: events } = (await server().get<WireEventPage>('/api/v1/events?limit=1000')).body);
  for (const [index, text] of HOSTILE.entries()) {
    const said = text.slice(0, 4000);
    await post(server(), `/api/v1/incidents/${incidents[index]?.id ?? ''}/note`, { text: said });
    const token: WireNewToken = {
      name: text.replaceAll(/\p{C}/gu, '').slice(0, 100),
      grants: [{ role: 'viewer', scope: 'everything' }],
    };
    await post(server(), '/api/v1/tokens', token);
  }
  for (const text of HOSTILE) {
    const written = text.replaceAll(/\p{C}/gu, '').slice(0, 900);
    const matchers = [`namespace=${JSON.stringify(HOSTILE[0])}`, `title!=${JSON.stringify(written)}`];
    await post(server(), '/api/v1/silences', { matchers, forMinutes: 60, comment: written });
  }
  const audit = await server().get<{ items: readonly { no: number }[] }>('/api/v1/audit?limit=1');
  newest = audit.body.items[0]?.no ?? 0;
});

/** Nothing of theirs took part in making the page. */
const harm = (page: Page) =>
  page.evaluate(() => ({
    elements: [...document.querySelectorAll('[data-theirs]')].map((element) => element.outerHTML.slice(0, 100)),
    links: [...document.querySelectorAll('a, form, iframe, object')]
      .map((element) => element.getAttribute('href') ?? element.getAttribute('action') ?? '')
      .filter((address) => new URL(address, document.baseURI).origin !== location.origin),
    sideways: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    polluted: 'polluted' in {},
  }));
const DESKTOP = { width: 1280, height: 860 };
const NO_HARM = { elements: [], links: [], sideways: 0, polluted: false };

const addressOf = (path: string) => {
  const [incident, event] = [incidents[Number(/INCIDENT(\d+)/.exec(path)?.[1] ?? 0)], events[0]];
  const place = (Number(/OBJECT(\d+)/.exec(path)?.[1] ?? 0) || 0) % Math.max(1, events.length);
  const { cluster = '', object } = events[place] ?? {};
  const { kind = '', namespace = '', name = '' } = object ?? {};
  return path
    .replace(/INCIDENT\d+/, incident?.id ?? '')
    .replace('AUDIT', String(newest))
    .replace('EVENT', event?.uid ?? '')
    .replace(/OBJECT\d+/, new URLSearchParams({ cluster, kind, namespace, name }).toString())
    .replace('FILTER', HOSTILE.map((text) => `reason=${encodeURIComponent(text.slice(0, 200))}`).join('&'))
    .replace('TEXT', encodeURIComponent(HOSTILE[0]));
};

const PAGES = [
  ...['/', '/start', '/incidents', '/incidents?state=all&q=TEXT', '/incidents?namespace=TEXT'],
  ...[0, 3, 7].map((index) => `/incidents/INCIDENT${index}`),
  ...['/events', '/events?q=TEXT', '/events?FILTER', '/events?event=EVENT', '/timeline', '/timeline?namespace=TEXT'],
  ...['/object?OBJECT0', '/object?OBJECT7', '/object?kind=TEXT&name=TEXT&namespace=TEXT'],
  ...['/settings/silences', '/settings/try?reason=TEXT', '/settings/channels?preview=TEXT'],
  ...['/patterns', '/deliveries?channel=TEXT', '/settings/namespaces', '/settings/namespaces?q=TEXT'],
  ...[
    '/settings/event-types',
    '/settings/access',
    '/settings/audit',
    '/settings/audit?actor=TEXT',
    '/settings/audit?open=AUDIT',
    '/settings/about',
  ],
];

/** There nothing of theirs stands. */
const BARE = new Set([
  '/start',
  '/settings/about',
  '/settings/try?reason=TEXT',
  '/settings/channels?preview=TEXT',
  '/settings/audit',
  '/settings/audit?actor=TEXT',
]);

/** What the browser says of answers that refuse on purpose. */
const REFUSED = /status of (400|404)/;

it.each(PAGES)('%s shows it as text, on a phone and on a desktop', async (path) => {
  const { page, settled, complaints } = await openSignedIn(browser, server(), addressOf(path), { shape: 'phone' });
  expect(await harm(page)).toEqual(NO_HARM);
  if (!BARE.has(path)) expect(await page.locator('body').innerText()).toMatch(/data-theirs|alert\(|WWWW/);
  await page.setViewportSize(DESKTOP);
  await settled();
  expect(await harm(page)).toEqual(NO_HARM);
  expect(complaints(REFUSED)).toEqual([]);
});

it('offers to silence an incident in words that are text, and shows what that would hold back', async () => {
  const { page, settled, complaints } = await openSignedIn(browser, server(), addressOf('/incidents/INCIDENT0'), {
    shape: 'phone',
  });
  await page.keyboard.press('s');
  await page
    .getByRole('dialog')
    .getByText(/It would hold back/)
    .waitFor();
  await settled();
  expect(await harm(page)).toEqual(NO_HARM);
  expect(await page.getByRole('dialog').innerText()).toMatch(/data-theirs|alert\(|WWWW/);
  expect(complaints(REFUSED)).toEqual([]);
});

it('loses nothing of it: the list of events reads as it was written', async () => {
  const { page } = await openSignedIn(browser, server(), '/events');
  const shown = await page.locator('[data-index] [data-open]').allTextContents();
  const written = events.map(({ message }) => message);
  for (const text of HOSTILE.filter((each) => each.length < 400 && !each.includes('\u001B'))) {
    // The server has masked and cleaned what it keeps: what it keeps is what is shown.
    const kept = written.find((message) => message.endsWith(text) || message === text) ?? text;
    expect(shown).toContain(kept);
  }
  const named = await page.locator('[data-index] a').allTextContents();
  expect(named.some((name) => name.includes(HOSTILE[0]))).toBe(true);
});

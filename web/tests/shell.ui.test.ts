/** The frame: who may in, getting about by keys and thumbs, any path before it, and what it says when the server is gone. */
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { openSignedIn, signIn } from './harness/sign-in.ts';
import { TROUBLE, untilIncidents, useTattle } from './harness/tattle.ts';

const server = useTattle(TROUBLE, (started) => untilIncidents(started, 3));
const browser = useBrowser();

/** The browser says of itself that a 401 came. */
const REFUSED = /status of 401/;

it('asks a stranger to sign in, takes a token, and shows the page that was wanted', async () => {
  const { page, complaints } = await browser.open(server().origin);
  await page.goto(`${server().origin}/settings/access`);
  await page.getByRole('heading', { name: 'Sign in to Tattle' }).waitFor();
  await page.getByLabel('Token').fill('tattle_wrong_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('not known, has ended, or was revoked').waitFor();
  await page.getByLabel('Token').fill(server().token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/settings/access');
  // The token is nowhere that a script could find it.
  expect(
    await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie),
  ).not.toContain(server().token);
  expect(complaints(REFUSED)).toEqual([]);
});

it('lets whoever was signed out in again, on the page where they were', async () => {
  const { page } = await openSignedIn(browser, server(), '/incidents');
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
  await page.context().clearCookies();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.getByRole('heading', { name: 'Sign in to Tattle' }).waitFor();
  await page.getByLabel('Token').fill(server().token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('table', { name: /^Events/ }).waitFor();
});

it('leaves the page to be pressed again once a menu is closed', async () => {
  const { page } = await openSignedIn(browser, server(), '/events');
  await page.getByTitle('What to do when events come').click();
  await page.getByRole('menuitemradio', { name: /^Live/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.getByTitle('Range of time').click();
  await page.getByRole('button', { name: 'Last 1 h', exact: true }).click();
  await page.waitForURL(/from=now-1h/);
});

it('lets the one-time link in, once', async () => {
  const { page } = await browser.open(server().origin);
  await page.goto(server().link);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const another = await browser.open(server().origin);
  await another.page.goto(server().link);
  await another.page.getByText('it opens once').waitFor();
});

it('goes everywhere by keys', async () => {
  const { page } = await browser.open(server().origin);
  await signIn(page, server());
  await page.goto(server().origin);
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.waitForURL('**/events');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Go to a page').fill('deliveries');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/deliveries');
  await page.goBack();
  await page.waitForURL('**/events');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
});

it('reaches every page with a thumb', async () => {
  const { page } = await browser.open(server().origin, { shape: 'phone' });
  await signIn(page, server());
  await page.goto(server().origin);
  await page.getByRole('button', { name: 'More' }).tap();
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /Settings/ })
    .tap();
  await page.waitForURL('**/settings**');
  await page.getByRole('link', { name: 'Now', exact: true }).tap();
  await page.waitForURL(`${server().origin}/`);
});

it('keeps the look and the zone that were chosen', async () => {
  const { page } = await browser.open(server().origin, { scheme: 'dark' });
  await signIn(page, server());
  await page.goto(server().origin);
  const canvas = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.getByRole('button', { name: /^Look/ }).waitFor();
  const dark = await canvas();
  await page.getByRole('button', { name: /^Look/ }).click();
  const light = await canvas();
  expect(light).not.toBe(dark);
  await page.getByRole('button', { name: 'UTC' }).click();
  await page.reload();
  await page.getByRole('button', { name: 'UTC', pressed: true }).waitFor();
  expect(await canvas()).toBe(light);
});

it('works below a path of a proxy that takes the path off', async () => {
  const { page, complaints } = await browser.open(await proxyBelow('/tools/tattle', server().origin));
  const { origin } = new URL(await proxyBelow('/tools/tattle', server().origin));
  await signIn(page, { origin: `${origin}/tools/tattle`, token: server().token });
  await page.goto(`${origin}/tools/tattle/incidents`);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Events' }).click();
  await page.waitForURL(`${origin}/tools/tattle/events`);
  await page.reload();
  await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
  expect(complaints(new RegExp(`elsewhere: ${origin}`))).toEqual([]);
});

/** As nginx does with `proxy_pass http://tattle/`. */
async function proxyBelow(path: string, origin: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const proxy = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(`${path}/`) !== true) return outgoing.writeHead(404).end();
    const { method, headers } = incoming;
    const inner = ask(
      {
        hostname,
        port,
        path: incoming.url.slice(path.length),
        method,
        headers: { ...headers, host: `${hostname}:${port}` },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

it('says since when it is disconnected, and comes back by itself', async () => {
  const { page } = await browser.open(server().origin);
  await signIn(page, server());
  await page.goto(server().origin);
  await page.getByText('Live', { exact: true }).waitFor();
  server().child.kill('SIGSTOP');
  try {
    await page.getByText(/Disconnected for/).waitFor({ timeout: 60_000 });
  } finally {
    server().child.kill('SIGCONT');
  }
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
});

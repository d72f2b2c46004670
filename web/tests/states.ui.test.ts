/** The states that others forget: denied is not empty, old is called old, cut says the limit, and a filter that hides everything names itself. */
import { expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { viewerOf } from './harness/calls.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { closeStore } from './harness/store.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '60' }, untilPlayed);
const browser = useBrowser();

it.each([
  ['/settings/namespaces', /could not be read|scope|everything|whole/i],
  ['/settings/retention', /could not be read|scope|everything|whole/i],
  ['/settings/channels', /could not be read/],
  ['/settings/routes', /could not be read/],
  ['/settings/sinks', /could not be read/],
  ['/settings/access', /Tokens are for admins/],
  ['/settings/audit', /The audit trail is for admins/],
  ['/start', /could not be looked at|You may not see/i],
])('says on %s who may, in place of showing nothing, to whoever sees one namespace', async (path, words) => {
  const viewer = await viewerOf(server(), ['checkout']);
  const { page, complaints } = await openSignedIn(browser, viewer, path);
  const main = page.locator('main');
  await main.getByText(words).first().waitFor();
  const text = await main.innerText();
  expect(text).toMatch(/admin|everywhere|whole|every namespace|not see/i);
  expect(text).not.toMatch(/yet|No namespace is monitored/);
  expect(complaints(/status of 403/)).toEqual([]);
});

it('says that nobody is told while there is no channel, and how to get one', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/settings/channels');
  await page.getByText('Nobody is told yet: there is no channel').waitFor();
  expect(await page.getByRole('link', { name: 'Add a channel' }).count()).toBe(1);
  for (const name of ['DISCORD_WEBHOOK_URL', 'SLACK_WEBHOOK_URL', 'TELEGRAM_CHAT_ID', 'SMTP_URL', 'N8N_WEBHOOK_URL']) {
    expect(await page.getByText(`TATTLE_${name}`).count(), name).toBe(1);
  }
  await page.goto(`${server().origin}/settings/routes`);
  await page.getByText('Every channel is told of everything.').waitFor();
  expect(complaints()).toEqual([]);
});

it('lets somebody who may only look see silences, and none of the buttons', async () => {
  const viewer = await viewerOf(server(), ['checkout']);
  const { page } = await openSignedIn(browser, viewer, '/settings/silences');
  await page.getByText('Nothing is silenced').waitFor();
  expect(await page.getByRole('button', { name: 'New silence' }).count()).toBe(0);
});

it('shows what a viewer may see on Now, without a word that the rest is well', async () => {
  const viewer = await viewerOf(server(), ['nothing-here']);
  const { page } = await openSignedIn(browser, viewer, '/incidents');
  await page.getByText('No incident is open').waitFor();
  await page.getByText('Whether that is because all is well, or because nothing is watched, Now says.').waitFor();
});

it('names the filter that hides all events, and takes it away', async () => {
  const { page, settled } = await openSignedIn(browser, server(), '/events?namespace=nowhere&type=Warning');
  await page.getByText('No event matches').waitFor();
  await page.getByRole('link', { name: /Without “namespace is nowhere”: \d+ events/ }).click();
  await settled();
  expect(new URL(page.url()).search).toBe('?type=Warning');
  expect(await page.locator('[data-index]').count()).toBeGreaterThan(5);
});

it('names the filter that hides all incidents, and takes it away', async () => {
  const { page, settled } = await openSignedIn(browser, server(), '/incidents?namespace=nowhere');
  await page.getByText('No open incident matches').waitFor();
  await page.getByText(/The filter is .*nowhere/).waitFor();
  await page.locator('.empty').getByRole('link', { name: 'Clear the filters' }).click();
  await settled();
  expect(new URL(page.url()).search).toBe('');
  await page.locator('[id^="incident-"]').first().waitFor();
});

it('says that a search ended early, and goes on when told to', async () => {
  const { page } = await openSignedIn(browser, server(), '/incidents');
  // No search of ours is slow enough to be cut by the real server.
  const cut = { items: [], nextCursor: 'further', partial: true };
  let asked = 0;
  await page.route('**/api/v1/events?*', (route) => {
    asked += 1;
    return route.fulfill({ json: cut });
  });
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Events' }).click();
  await page.getByText(/the search stopped after its\s+time and can go further back/).waitFor();
  const before = asked;
  await page.unroute('**/api/v1/events?*');
  await page.route('**/api/v1/events?*', (route) => route.fulfill({ json: { ...cut, nextCursor: null } }));
  await page.getByRole('button', { name: 'Search further back' }).click();
  await page.getByText(/no more\.|No events yet/).waitFor();
  expect(before).toBeGreaterThan(1);
});

it('says of an incident that is not there that it is not, and leads on', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/incidents/0000000000000000');
  await page.getByRole('heading', { name: 'No such incident' }).waitFor();
  await page.getByText('It may lie outside of what you may see').waitFor();
  await page.getByRole('link', { name: 'Show all incidents' }).click();
  await page.locator('[id^="incident-"]').first().waitFor();
  expect(complaints(/status of 404/)).toEqual([]);
});

it('keeps what it has while the store is gone, says so, and recovers by itself', async () => {
  const { page: events } = await openSignedIn(browser, server(), '/events');
  const now = await events.context().newPage();
  await now.goto(server().origin);
  await now.getByRole('article').first().waitFor();
  const rows = await events.locator('[data-index]').count();
  const mend = await closeStore(server().home);
  try {
    await now
      .getByText(/Tattle is not watching|This may be old/)
      .first()
      .waitFor({ timeout: 90_000 });
    expect(await now.getByRole('article').count()).toBeGreaterThan(0);
    expect(await events.locator('[data-index]').count()).toBe(rows);
    // A new question cannot be answered: it says so, and does not show the old answer as the new one.
    await events.getByLabel('Search events').fill('pulling');
    await events.keyboard.press('Enter');
    await events
      .getByText(/could not be read/)
      .first()
      .waitFor({ timeout: 90_000 });
    expect(await events.getByText(/No event matches|No events yet/).count()).toBe(0);
  } finally {
    await mend();
  }
  await now
    .getByText(/Tattle is not watching|This may be old/)
    .first()
    .waitFor({ state: 'detached', timeout: 90_000 });
  await events.getByRole('button', { name: 'Try again' }).last().click();
  await events.getByText(/\d+ events?, no more\./).waitFor();
}, 240_000);

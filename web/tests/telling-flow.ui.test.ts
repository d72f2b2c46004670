/** Who is told: an incident is silenced in one tab and told again from another; channels are tried, previewed, and rules tried on the past. */
import { AxeBuilder } from '@axe-core/playwright';
import type { WireIncident, WireIncidentPage, WireSilence, WireSilenceOutlook } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers, type FaultyEndpoint, faultyEndpoint } from '../../server/src/notify/testing/faulty-endpoint.ts';
import { useBrowser } from './harness/browser.ts';
import { post } from './harness/calls.ts';
import type { Scheme } from './harness/chromium.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilPlayed, useTattle } from './harness/tattle.ts';

let receiver: FaultyEndpoint;
beforeAll(async () => {
  receiver = await faultyEndpoint(answers.status(204));
});
afterAll(() => receiver.close());

const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_SPEED: '60' }, untilPlayed, async () => ({
  TATTLE_WEBHOOK_URL: receiver.url,
}));
const browser = useBrowser();

interface Silences {
  readonly items: readonly WireSilence[];
}
const silences = async (state: WireSilence['state']) =>
  (await server().get<Silences>(`/api/v1/silences?state=${state}`)).body.items;
const openIncidents = async () =>
  (await server().get<WireIncidentPage>('/api/v1/incidents?state=open&limit=200')).body.items;

async function oneInANamespace(): Promise<WireIncident> {
  const found = (await openIncidents()).find(({ root }) => root.namespace !== '');
  if (found === undefined) throw new Error('no incident is open in a namespace');
  return found;
}

const SCHEMES: readonly Scheme[] = ['light', 'dark'];

/** Of what lies over the page: what is behind it cannot be reached. */
async function expectReadable(page: Page): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
  }
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways).toBe(0);
}

it('silences an incident, says so in every tab, and ends it from another one', async () => {
  const incident = await oneInANamespace();
  const path = `/incidents/${incident.id}`;
  const { page: first, complaints } = await openSignedIn(browser, server(), path);
  const second = await first.context().newPage();
  await second.goto(`${server().origin}${path}`);
  await second.getByRole('button', { name: 'Silence' }).waitFor();

  await first.keyboard.press('s');
  const dialog = first.getByRole('dialog', { name: 'Silence this incident' });
  await dialog.getByText('It would hold back 1 open incident.').waitFor();
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await dialog.getByText('Say why: whoever is not told will read it.').waitFor();
  expect(await silences('active')).toEqual([]);

  // Widened to all of the namespace: what it then holds back is what the server says.
  for (const name of [/^kind is/, /^name is/, /^condition is/]) await dialog.getByRole('checkbox', { name }).uncheck();
  const { namespace } = incident.root;
  const matchers = [`cluster="${incident.clusterName}"`, `namespace="${namespace}"`];
  const { incidents } = await post<WireSilenceOutlook>(server(), '/api/v1/silences/preview', { matchers });
  await dialog
    .getByText(`It would hold back ${incidents.length} open incident${incidents.length === 1 ? '' : 's'}.`)
    .waitFor();
  await dialog.getByRole('textbox', { name: 'Why' }).fill('a deploy <b>goes on</b>');
  await dialog.getByRole('button', { name: '4 hours' }).click();
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();

  for (const page of [first, second]) {
    await page.getByText('Silenced: nobody is told of it').waitFor();
    await page.getByText('a deploy <b>goes on</b>').first().waitFor();
  }
  const [made] = await silences('active');
  expect(made?.matchers).toEqual(matchers);
  expect(Date.parse(made?.endsAt ?? '') - Date.parse(made?.startsAt ?? '')).toBeGreaterThan(3.9 * 3_600_000);

  await second.getByRole('button', { name: /^End the silence/ }).click();
  await second.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
  for (const page of [first, second]) {
    await page.getByText('Silenced: nobody is told of it').waitFor({ state: 'detached' });
  }
  expect(await silences('active')).toEqual([]);
  expect(complaints()).toEqual([]);
});

it('can be asked to silence on a phone, by everybody', async () => {
  const { page, settled, complaints } = await openSignedIn(
    browser,
    server(),
    `/incidents/${(await oneInANamespace()).id}`,
    {
      shape: 'phone',
    },
  );
  await page.getByRole('button', { name: 'Silence' }).click();
  const dialog = page.getByRole('dialog', { name: 'Silence this incident' });
  await dialog.getByRole('button', { name: /^Change: name is/ }).click();
  await dialog.getByLabel('How it is compared').selectOption({ label: 'matches' });
  await dialog.getByRole('textbox', { name: 'Value' }).fill('(');
  await dialog.getByText(/no pattern of RE2/).waitFor();
  await dialog.getByRole('textbox', { name: 'Value' }).fill('.*');
  await dialog.getByText(/It would hold back/).waitFor();
  await dialog.getByRole('button', { name: 'Until…' }).click();
  await settled();
  await expectReadable(page);
  expect(complaints(/status of 400/)).toEqual([]);
});

it('plans a silence, and calls it off', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/settings/silences');
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New silence' });
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await dialog.getByText(/Choose at least one condition/).waitFor();
  await dialog.getByRole('textbox', { name: 'Value' }).fill('nowhere');
  await dialog.getByText('It holds back no incident that is open now').waitFor();
  await dialog.getByLabel('Begins').fill('2099-01-01T10:00');
  await dialog.getByRole('textbox', { name: 'Why' }).fill('the big move');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  const coming = page.getByRole('region', { name: 'To come' });
  await coming.getByText('namespace is nowhere').waitFor();
  expect((await silences('pending')).map(({ comment }) => comment)).toEqual(['the big move']);

  await coming.getByRole('button', { name: /^Call it off/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Call it off' }).click();
  await coming.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Show those that ended' }).click();
  await page.getByRole('region', { name: 'Ended' }).getByText('the big move').waitFor();
  expect(complaints()).toEqual([]);
});

it('says on Now how much is held back, and leads to the silences', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/');
  const made = await post<WireSilence>(server(), '/api/v1/silences', {
    ...{ matchers: ['severity>=info'], forMinutes: 5, comment: 'all of it' },
  });
  const count = (await post<WireSilenceOutlook>(server(), '/api/v1/silences/preview', { matchers: ['severity>=info'] }))
    .incidents.length;
  await page.getByRole('link', { name: `1 silence holds back ${count} open incidents` }).click();
  await page.getByText('all of it').waitFor();
  await page.getByRole('button', { name: /^End now/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
  await page.getByText('Nothing is silenced').waitFor();
  expect((await silences('expired')).some(({ id }) => id === made.id)).toBe(true);
  expect(complaints()).toEqual([]);
});

it('follows a test until it arrived, or says why it did not', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/settings/channels');
  const before = receiver.received.length;
  const send = page.getByRole('button', { name: 'Send a test to webhook' });
  await send.click();
  await page.getByRole('link', { name: 'The test arrived' }).waitFor();
  const tests = () =>
    receiver.received.slice(before).filter(({ headers }) => String(headers['webhook-id']).startsWith('msg_test'));
  expect(tests()).toHaveLength(1);

  receiver.answer = answers.status(404);
  await send.click();
  await page.getByRole('link', { name: /The test did not arrive/ }).waitFor();
  await page.getByRole('status').getByText(/404/).waitFor();
  receiver.answer = answers.status(204);

  await page.getByRole('link', { name: /The test did not arrive/ }).click();
  await page.getByText('A test of the channel').first().waitFor();
  await page.getByText(String(tests()[1]?.headers['webhook-id'])).waitFor();
  expect(complaints()).toEqual([]);
});

it('shows what a channel would send of a real incident, readable', async () => {
  const incident = await oneInANamespace();
  const before = receiver.received.length;
  const { page, settled, complaints } = await openSignedIn(browser, server(), '/settings/channels', { shape: 'phone' });
  await page.getByRole('button', { name: 'Preview what webhook would get' }).click();
  const message = page.getByRole('region', { name: 'The message' });
  await message.getByText('"event_uid"').waitFor();
  await page.getByLabel('Incident').selectOption(incident.id);
  await message.getByText(incident.id).first().waitFor();
  expect(new URL(page.url()).searchParams.get('incident')).toBe(incident.id);
  expect(JSON.parse(await message.innerText())).toMatchObject({ cluster: incident.clusterName });
  await settled();
  await expectReadable(page);
  // A reload shows the same; nothing was sent.
  await page.reload();
  await message.getByText(incident.id).first().waitFor();
  const isNew = (id: unknown) =>
    !receiver.received.slice(0, before).some(({ headers }) => headers['webhook-id'] === id);
  expect(receiver.received.slice(before).filter(({ headers }) => isNew(headers['webhook-id']))).toEqual([]);
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => !url.searchParams.has('preview'));
  expect(complaints()).toEqual([]);
});

it('tries routes on the past, and says where they are wrong', async () => {
  const { page, settled, complaints } = await openSignedIn(browser, server(), '/settings/try');
  const text = page.getByLabel('The notify section');
  await text.fill('routes: [');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page
    .getByRole('alert')
    .getByText(/line \d/)
    .waitFor();

  await text.fill('routes:\n  - {name: ops, match: ["sevrity>=high"], to: [webhook]}');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('alert').getByText('notify.routes[0].match[0]').waitFor();
  await page.getByText(/did you mean severity/).waitFor();

  const { namespace } = (await oneInANamespace()).root;
  await text.fill(`notify:\n  routes:\n    - {name: ops, match: ["namespace=${namespace}"], to: [webhook]}`);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page
    .getByRole('heading', { name: /^Of \d+ incidents, somebody would have been told at once of [1-9]/ })
    .waitFor();
  const listed = page.getByRole('region', { name: 'Incidents' });
  await listed.getByText('No route is meant for it').first().waitFor();
  await page.getByRole('link', { name: /^Told by a route/ }).click();
  await page.getByRole('region', { name: 'Incidents: told by a route' }).getByText('Told to webhook').first().waitFor();
  expect(await page.getByText('No route is meant for it').count()).toBe(0);

  // What was written outlives a look elsewhere; what was tried before a change says so.
  await page.getByRole('link', { name: 'Rules and routes' }).first().click();
  await page.getByText('Every channel is told of everything.').waitFor();
  await page.goBack();
  expect(await text.inputValue()).toContain('name: ops');
  await settled();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(complaints(/status of 400/)).toEqual([]);
});

it('says of an incident who was told, and why', async () => {
  const { page } = await openSignedIn(browser, server(), `/incidents/${(await oneInANamespace()).id}?at=told`);
  const told = page.getByRole('region', { name: 'Who was told, and why' });
  await told.getByRole('heading', { name: /^Opened/ }).waitFor();
  await told
    .getByText(/webhook.*: delivered\./)
    .first()
    .waitFor();
  await told.getByText('By route everyone.').first().waitFor();
  await told.getByRole('link', { name: 'webhook' }).first().click();
  await page.waitForURL(/\/deliveries\?/);
  await page.getByText('Webhook id').waitFor();
});

/** Channels while Tattle runs: one is added, tried, changed from two sides and deleted; what is refused says why where it has to be mended. */
import { AxeBuilder } from '@axe-core/playwright';
import type { WireChannelDetail, WireChannels } from '@tattle/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers, type FaultyEndpoint, faultyEndpoint } from '../../server/src/notify/testing/faulty-endpoint.ts';
import { useBrowser } from './harness/browser.ts';
import { post } from './harness/calls.ts';
import type { Scheme } from './harness/chromium.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, useTattle } from './harness/tattle.ts';

let discord: FaultyEndpoint;
beforeAll(async () => {
  discord = await faultyEndpoint(answers.json({ id: '1300000000000000013' }));
});
afterAll(() => discord.close());

const server = useTattle({ ...TROUBLE, TATTLE_OUTGOING_ALLOW: '127.0.0.1' });
const browser = useBrowser();

const hook = (path: string) => `http://127.0.0.1:${discord.port}/api/webhooks/${path}`;
const channels = async () => (await server().get<WireChannels>('/api/v1/channels')).body.items;
const detail = async (name: string) => (await server().get<WireChannelDetail>(`/api/v1/channels/${name}`)).body;

/** As another admin would, from elsewhere. */
async function change(name: string, settings: object): Promise<void> {
  const answer = await fetch(`${server().origin}/api/v1/channels/${name}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${server().token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ settings }),
  });
  expect(answer.status).toBe(200);
}

const SCHEMES: readonly Scheme[] = ['light', 'dark'];

async function expectReadable(page: Page): Promise<void> {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
  }
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways).toBe(0);
}

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest('[data-setting]')?.getAttribute('data-setting'));

it('adds a channel, shows its message before, tries it, changes and deletes it', async () => {
  const { page, settled, complaints } = await openSignedIn(browser, server(), '/settings/channels');
  await page.getByRole('link', { name: 'Add a channel' }).click();
  await page.getByRole('link', { name: /^Discord/ }).click();
  await page.getByText('Copy its webhook URL.').waitFor();

  // What is missing, and what the server refuses, stands at its field; nothing that was typed is lost.
  await page.getByRole('button', { name: 'Add the channel' }).click();
  await page.getByText('It is needed.').waitFor();
  expect(await focused(page)).toBe('webhookUrl');
  const url = page.getByLabel('Webhook URL', { exact: true });
  expect(await url.getAttribute('type')).toBe('password');
  await url.fill(hook('1/s3cret'));
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Team Shop');
  await page.getByText('More settings').click();
  await page.getByLabel('Template of the headline').fill('{{ broken');
  await page.getByRole('button', { name: 'Add the channel' }).click();
  await page.getByText(/It must be 1 to 63 lower-case letters/).waitFor();
  expect(await focused(page)).toBe('name');
  await name.fill('team-shop');
  await page.getByRole('button', { name: 'Add the channel' }).click();
  await page.locator('[data-setting=title] [role=alert]').waitFor();
  expect(await url.inputValue()).toBe(hook('1/s3cret'));
  await settled();
  await expectReadable(page);

  await page.getByLabel('Template of the headline').fill('Shop: {{ message.title }}');
  await page.getByRole('button', { name: 'Show it' }).click();
  const message = page.getByRole('region', { name: 'The message as it would be sent' });
  await message.getByText(/Shop:/).waitFor();
  expect(await message.innerText()).not.toContain('s3cret');
  expect(discord.received).toEqual([]);
  expect(page.url()).not.toContain('s3cret');

  await page.getByRole('button', { name: 'Add the channel' }).click();
  await page.getByRole('button', { name: 'Send a test to team-shop' }).first().click();
  await page.getByRole('link', { name: 'The test arrived' }).waitFor();
  expect(discord.received.length).toBe(1);
  await settled();
  await expectReadable(page);

  await page.getByRole('link', { name: 'Change team-shop' }).click();
  await page.getByText('Set, never shown').waitFor();
  await page.getByText('More settings').click();
  await page.getByLabel('Template of the headline').fill('Changed');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'team-shop is in force: try it' }).waitFor();
  expect(await detail('team-shop')).toMatchObject({ settings: { title: 'Changed' }, secretsSet: ['webhookUrl'] });

  await page.getByRole('link', { name: 'Change team-shop' }).click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete team-shop?' });
  await dialog.getByText('Nobody is told by it any more').waitFor();
  // A reload asks the same.
  await page.reload();
  await dialog.getByRole('button', { name: 'Delete the channel' }).click();
  await page.getByText('Nobody is told yet: there is no channel').waitFor();
  expect(await channels()).toEqual([]);
  expect(complaints(/status of 400/)).toEqual([]);
});

it('says so where somebody else was faster, and loses neither change', async () => {
  await post(server(), '/api/v1/channels', { type: 'discord', name: 'both', settings: { webhookUrl: hook('2/x') } });
  const { page, settled, complaints } = await openSignedIn(browser, server(), '/settings/channels?edit=both');
  await page.getByText('More settings').click();
  await page.getByLabel('Template of the headline').fill('Mine');

  // While it is looked at: told at once.
  await change('both', { text: 'Theirs' });
  await page.getByText('Somebody else changed this channel meanwhile').waitFor();
  await page.getByText('Changed: Template of the text.').waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await settled();
  await expectReadable(page);
  await page.getByRole('button', { name: 'Apply mine on top' }).click();
  expect(await page.getByLabel('Template of the text').inputValue()).toBe('Theirs');

  // Between the press and the server: refused with 412, and told the same way.
  let isFirst = true;
  await page.route('**/api/v1/channels/both', async (route) => {
    if (route.request().method() === 'PUT' && isFirst) {
      isFirst = false;
      await change('both', { text: 'Theirs', timeoutSeconds: 7 });
    }
    await route.continue();
  });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Changed: Time limit, in seconds.').waitFor();
  await page.getByRole('button', { name: 'Apply mine on top' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'both is in force: try it' }).waitFor();
  expect((await detail('both')).settings).toEqual({ title: 'Mine', text: 'Theirs', timeoutSeconds: 7 });
  expect(complaints(/status of 412/)).toEqual([]);
});

it('asks for the secrets again where a channel would lead elsewhere, at their fields', async () => {
  const settings = { botToken: 'xoxb-1', signingSecret: 's1', channel: 'C1' };
  await post(server(), '/api/v1/channels', { type: 'slack', name: 'talk', settings });
  const { page } = await openSignedIn(browser, server(), '/settings/channels?edit=talk');
  await page.getByText('More settings').click();
  await page.getByLabel('Address of the API').fill('https://elsewhere.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByText(/has to be given again, since the channel would now send it elsewhere/)
    .first()
    .waitFor();
  expect(await focused(page)).toBe('botToken');
  await page.keyboard.type('xoxb-2');
  await page.getByLabel('Signing secret, for buttons', { exact: true }).fill('s2');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'talk is in force: try it' }).waitFor();
  expect((await detail('talk')).settings).toMatchObject({ baseUrl: 'https://elsewhere.example' });
});

it('says of a target inside why nothing goes there, and how to allow it, at its field', async () => {
  await post(server(), '/api/v1/channels', {
    type: 'ntfy',
    name: 'inside',
    settings: { topic: 't', url: 'http://10.1.2.3' },
  });
  const { page, settled, complaints } = await openSignedIn(browser, server(), '/settings/channels?try=inside', {
    shape: 'phone',
  });
  await page.getByRole('button', { name: 'Send a test to inside' }).first().click();
  await page
    .getByText(/add it to the allow-list/)
    .first()
    .waitFor();
  await page
    .getByText(/outgoing:/)
    .first()
    .waitFor();
  await settled();
  await expectReadable(page);
  await page.getByRole('link', { name: 'Change it' }).click();
  await page
    .locator('[data-setting=url] [role=alert]')
    .getByText(/the address is private/)
    .waitFor();
  await page.getByText('TATTLE_OUTGOING_ALLOW=HOST').waitFor();
  await settled();
  await expectReadable(page);
  expect(complaints()).toEqual([]);
});

it('shows a viewer the channels, and nothing to change them with', async () => {
  const { secret } = await post<{ secret: string }>(server(), '/api/v1/tokens', {
    name: 'looks on',
    grants: [{ role: 'viewer', scope: 'everything' }],
    expiresInDays: 1,
  });
  const { page } = await openSignedIn(
    browser,
    { origin: server().origin, token: secret },
    '/settings/channels?add=slack',
  );
  await page.getByText('Adding and changing channels takes the role of an admin everywhere.').waitFor();
  expect(await page.getByRole('link', { name: /^(Add a channel|Change)/ }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Send a test/ }).count()).toBe(0);
  expect(await page.getByLabel('Webhook URL').count()).toBe(0);
});

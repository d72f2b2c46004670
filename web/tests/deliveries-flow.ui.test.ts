/** Telling people: what nobody took is sent again from the page, and a test incident goes all the way. */
import type { WireDelivery } from '@tattle/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers, type FaultyEndpoint, faultyEndpoint } from '../../server/src/notify/testing/faulty-endpoint.ts';
import { useBrowser } from './harness/browser.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, useTattle } from './harness/tattle.ts';

interface Deliveries {
  readonly items: readonly WireDelivery[];
}

let receiver: FaultyEndpoint;
beforeAll(async () => {
  receiver = await faultyEndpoint(answers.status(410));
});
afterAll(() => receiver.close());

const server = useTattle(
  TROUBLE,
  (started) => started.awaits<Deliveries>('/api/v1/deliveries?status=disabled', ({ items }) => items.length > 0),
  async () => ({ TATTLE_WEBHOOK_URL: receiver.url }),
);
const browser = useBrowser();

it('sends again what nobody took, under the same id, once the receiver is well', async () => {
  const { page, complaints } = await openSignedIn(browser, server(), '/deliveries?status=disabled');
  const list = page.getByRole('list', { name: 'Deliveries, the newest first' });
  // The oldest was tried; those after it were not, since the channel had said that it is gone.
  await list.locator('[data-row]').last().click();
  await page.waitForURL(/open=/);
  const id = new URL(page.url()).searchParams.get('open') ?? '';
  const opened = list.getByRole('listitem').filter({ has: page.locator('[data-row][aria-expanded="true"]') });
  await opened.getByText('Channel gone').waitFor();
  await opened.getByText('410').first().waitFor();

  const idsOf = (received: FaultyEndpoint['received']) => received.map(({ headers }) => headers['webhook-id']);
  const refused = idsOf(receiver.received);
  receiver.answer = answers.status(204);
  await opened.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('It is sent again, under the same webhook id.').waitFor();
  const repeated = () => idsOf(receiver.received.slice(refused.length)).filter((sent) => refused.includes(sent));
  await expect.poll(repeated, { timeout: 20_000 }).toHaveLength(1);
  await page.goto(`${server().origin}/deliveries?status=delivered&open=${id}`);
  await opened.getByText('Delivered').first().waitFor();
  expect(complaints()).toEqual([]);
});

it('makes a test incident that opens, is told, and is led to', async () => {
  receiver.answer = answers.status(204);
  const before = receiver.received.length;
  const { page, complaints } = await openSignedIn(browser, server(), '/start');
  await page.getByRole('button', { name: 'Send a test incident' }).click();
  await page.getByText('It opened. It resolves by itself').waitFor();
  const told = () => receiver.received.slice(before).some(({ body }) => body.includes('TattleTest'));
  await expect.poll(told, { timeout: 20_000 }).toBe(true);
  await page.getByRole('article').getByRole('heading').getByRole('link').click();
  await page.waitForURL(/\/incidents\/\w+/);
  await page.getByRole('heading', { name: /^Test incident/, level: 1 }).waitFor();
  await page.goBack();
  // A reload goes on with the same one.
  await page.reload();
  await page.getByText(/It opened\.|It went all the way/).waitFor();
  expect(complaints()).toEqual([]);
});

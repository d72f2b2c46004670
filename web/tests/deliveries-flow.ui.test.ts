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
  const rows = page.getByRole('list', { name: 'Deliveries, the newest first' }).getByRole('listitem');
  await rows.first().getByText('Channel gone').waitFor();
  await rows.first().locator('[data-row]').click();
  await page.waitForURL(/open=/);
  const id = new URL(page.url()).searchParams.get('open') ?? '';
  const refused = await server().get<Deliveries>('/api/v1/deliveries?status=disabled');
  expect(refused.body.items.map((delivery) => delivery.id)).toContain(id);
  await rows.first().getByText('410').first().waitFor();

  receiver.answer = answers.status(204);
  const before = receiver.received.length;
  await rows.first().getByRole('button', { name: 'Send again' }).click();
  await page.getByText('It is sent again, under the same id.').waitFor();
  const ids = () => receiver.received.slice(before).map(({ headers }) => headers['webhook-id']);
  await expect.poll(ids, { timeout: 20_000 }).toContain(id);
  await page.goto(`${server().origin}/deliveries?status=delivered&open=${id}`);
  await page.locator('[data-row][aria-expanded="true"]').getByText('Delivered').waitFor();
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

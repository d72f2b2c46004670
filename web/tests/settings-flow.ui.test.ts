/** From nothing monitored to events of the chosen namespaces; and two admins who save at the same time. */
import type { WireEventPage } from '@tattle/contract';
import { beforeAll, expect, it } from 'vitest';
import { useBrowser } from './harness/browser.ts';
import { openSignedIn } from './harness/sign-in.ts';
import { TROUBLE, untilIncidents, useTattle } from './harness/tattle.ts';

/** Again and again, so that something happens after the choice, too. */
const server = useTattle({ ...TROUBLE, TATTLE_SIMULATE_LOOP: 'true' }, (started) => untilIncidents(started, 3));
const browser = useBrowser();

interface Filter {
  readonly filter: { readonly namespaces: 'all' | readonly string[]; readonly excludeReasons: readonly string[] };
}
const filterNow = async () => (await server().get<Filter>('/api/v1/config')).body.filter;

beforeAll(async () => {
  expect(await server().put('/api/v1/config/namespaces', { namespaces: [] })).toBe(200);
});

it('says that nothing is monitored, shows what a choice would keep, and keeps it once saved', async () => {
  const { page, settled, complaints } = await openSignedIn(browser, server(), '/');
  await page.getByText('No namespace is chosen yet').waitFor();
  await page.getByRole('link', { name: 'Choose namespaces' }).first().click();
  await page.getByText('No namespace is monitored').waitFor();

  const choices = page.getByRole('group', { name: 'Namespaces to monitor', exact: true }).last();
  for (const name of ['checkout', 'media']) {
    await choices.getByLabel('Search namespaces').fill(name.slice(0, 4));
    await choices.getByRole('checkbox', { name, exact: true }).check();
  }
  await choices.getByLabel('Search namespaces').fill('');
  await settled();
  const preview = page.getByRole('region', { name: 'What your rules would do' });
  await preview.getByText(/^Drops \d[\d.,]* % of the last day$/).waitFor();
  await preview.getByText(/^[\d,. ]+ of [\d,. ]+ received\. [\d,. ]+ fewer than the rules in force/).waitFor();

  const before = Date.now();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  expect(await filterNow()).toMatchObject({ namespaces: ['checkout', 'media'] });
  await page.getByText('No namespace is monitored').waitFor({ state: 'detached' });

  const since = `from=${encodeURIComponent(new Date(before + 3000).toISOString())}`;
  const kept = await server().awaits<WireEventPage>(
    `/api/v1/events?limit=200&${since}`,
    ({ items }) => items.filter(({ object }) => object.namespace !== '').length > 10,
  );
  const places = new Set(kept.items.map(({ object }) => object.namespace));
  places.delete('');
  expect([...places].every((place) => place === 'checkout' || place === 'media')).toBe(true);
  expect(complaints()).toEqual([]);
});

it('saves nothing over what another admin saved meanwhile, and loses no draft', async () => {
  await server().put('/api/v1/config/namespaces', { namespaces: ['checkout'] });
  const { page, complaints } = await browser.open(server().origin);
  // Without its live stream this one is the last to hear of what the other did.
  await page.route('**/api/v1/stream*', (route) => route.abort());
  const other = { origin: server().origin, token: server().token };
  await page.request.post(`${other.origin}/api/v1/session`, { headers: { authorization: `Bearer ${other.token}` } });
  await page.goto(`${other.origin}/settings/namespaces`);
  const orders = page
    .getByRole('group', { name: 'Namespaces to monitor', exact: true })
    .last()
    .getByRole('checkbox', { name: 'orders', exact: true });
  await orders.check();
  await page.getByText('1 change, not saved').waitFor();

  expect(await server().put('/api/v1/config/event-types', { excludeReasons: ['Pulled'] })).toBe(200);
  const refused = page.waitForResponse((response) => response.status() === 412);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await refused;
  await page.getByText('Somebody else changed the settings meanwhile').waitFor();
  await page.getByText('Pulled', { exact: true }).first().waitFor();
  expect(await filterNow()).toMatchObject({ namespaces: ['checkout'], excludeReasons: ['Pulled'] });
  expect(await orders.isChecked()).toBe(true);

  // The draft outlives a look at another page.
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Events' }).click();
  await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
  await page.goBack();
  expect(await orders.isChecked()).toBe(true);

  await page.getByRole('button', { name: 'Apply mine on top' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  expect(await filterNow()).toMatchObject({ namespaces: ['checkout', 'orders'], excludeReasons: ['Pulled'] });
  expect(complaints(/412|ERR_FAILED|stream/)).toEqual([]);
});

/** A whole server whose incidents are acknowledged: those that were told know it, once, and nobody is disturbed, whatever dies meanwhile. */
import { expect, it, onTestFinished } from 'vitest';
import { type Answer, answers, faultyEndpoint, type Received } from '../../notify/testing/faulty-endpoint.ts';
import { eventually } from '../testing/server-process.ts';
import { badEnds, channelsOf } from './testing/bad-ends.ts';
import { scratch, startTelling } from './testing/telling-server.ts';

const PAGER_TAKES: Answer = answers.json({ status: 'success', message: 'Event processed', dedup_key: 'x' }, 202);
const NAMES = ['cart', 'till', 'menu'];

const fieldsOf = ({ body }: Received) => JSON.parse(body) as Record<string, unknown>;
/** What a machine heard: `kind by` of each incident. */
const heardOf = (received: readonly Received[], id: string) =>
  received
    .map((one) => fieldsOf(one) as { notice: string; incident: { id: string; acknowledged_by?: string } })
    .filter(({ incident }) => incident.id === id)
    .map(({ notice, incident }) => `${notice} ${incident.acknowledged_by ?? ''}`.trim());

it('tells of acknowledgements once, over kills, and by changing what was said', { timeout: 300_000 }, async () => {
  const ends = await badEnds(onTestFinished);
  const pager = await faultyEndpoint(PAGER_TAKES);
  onTestFinished(() => pager.close());
  const kept = channelsOf(ends).filter((one) => ['good', 'board', 'mail'].includes((one as { name: string }).name));
  const paging = { type: 'pagerduty', name: 'pager', routingKey: 'k'.repeat(32), url: `${pager.url}v2/enqueue` };
  const home = await scratch();
  const start = () => startTelling(home, { channels: [...kept, paging], notify: {} });
  const until = (what: string, isSo: () => boolean) => eventually(what, async () => (isSo() ? true : undefined));

  let server = await start();
  await server.alert('shop', NAMES);
  const incidents = await eventually('its incidents', async () => {
    const found = await server.incidents('shop');
    return found.size === NAMES.length ? found : undefined;
  });
  const ids = [...incidents.values()];
  const posts = () => ends.board.received.filter(({ path }) => path.endsWith('postMessage'));
  const changes = () => ends.board.received.filter(({ path }) => path.endsWith('update'));
  await until('all to be told', () => posts().length === ids.length && ends.mail.taken.length === ids.length);
  await until('the pager to ring', () => pager.received.length === ids.length);

  for (const id of ids) {
    await server.send('POST', `/api/v1/incidents/${id}/acknowledge`, { text: 'looking' });
    await server.stop('SIGKILL');
    server = await start();
  }
  for (const id of ids) {
    await until(`${id} to be known`, () => heardOf(ends.good.received, id).length >= 2);
    const [opened, acknowledged, ...more] = heardOf(ends.good.received, id);
    expect(opened).toBe('opened');
    expect(acknowledged).toMatch(/^acknowledged \S/);
    // A kill between an answer and its record has it sent again, under the same id.
    expect(new Set([acknowledged, ...more]).size).toBe(1);
    const why = await server.why(id);
    for (const channel of ['good', 'board', 'pager']) {
      expect(why.filter((line) => line === `${channel} told routed`)).toHaveLength(2);
    }
    expect(why).toContain('mail withheld not-wanted');
  }
  const underOneId = new Set(ends.good.received.map(({ headers }) => String(headers['webhook-id'])));
  expect(underOneId.size).toBe(2 * ids.length);
  await until('the messages to be changed', () => changes().length >= ids.length);
  expect(new Set(changes().map((one) => fieldsOf(one)['ts'])).size).toBe(ids.length);
  for (const one of changes()) expect(one.body).toContain('Acknowledged by ');
  const actions = () => pager.received.map((one) => fieldsOf(one)['event_action']);
  await until(
    'the pager to be quiet',
    () => actions().filter((action) => action === 'acknowledge').length >= ids.length,
  );
  // Nobody was disturbed: no new message, no mail, no page.
  expect(posts()).toHaveLength(ids.length);
  expect(ends.mail.taken).toHaveLength(ids.length);
  expect(actions().filter((action) => action === 'trigger')).toHaveLength(ids.length);
});

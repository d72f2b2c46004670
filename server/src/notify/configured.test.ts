import { describe, expect, it } from 'vitest';
import { configuredNotify, routesTo } from './configured.ts';
import { notifySettings } from './policy/settings.ts';
import { trustedContext } from './testing/channel-contract.ts';

const notify = (routes: readonly object[]) => notifySettings.parse({ routes });
const OPS = { type: 'webhook', name: 'ops', url: 'https://ops.example/s3cret' };
const configured = (routes: readonly object[]) =>
  configuredNotify({ channels: [OPS], accounts: {}, to: [], notify: notify(routes) }, trustedContext());

describe('a route to a channel that the configuration does not have', () => {
  it('may lead to one that somebody added: it is told apart, with its path', () => {
    const found = configured([
      { name: 'a', to: ['ops', '*'] },
      { name: 'b', to: ['team'], escalate: [{ afterMinutes: 5, to: ['managers', 'ops'] }] },
    ]);
    expect(found.policy).not.toBeNull();
    expect(found.problems).toEqual([]);
    expect(found.elsewhere.map(({ channel }) => channel)).toEqual(['team', 'managers']);
    expect(found.elsewhere[0]?.problem).toBe('notify.routes[1].to: there is no channel team; there are ops');
  });

  it('is wrong where it names a destination, which configuration alone has', () => {
    const found = configured([{ name: 'a', to: ['telegram:123'] }]);
    expect(found.problems).toEqual([expect.stringContaining('accounts.telegram')]);
    expect(found.elsewhere).toEqual([]);
  });
});

it('names the routes that tell a channel, by escalation, too', () => {
  const settings = notify([
    { name: 'a', to: ['*'] },
    { name: 'b', to: ['team'] },
    { name: 'c', to: ['ops'], escalate: [{ afterMinutes: 5, to: ['team'] }] },
  ]);
  expect(routesTo('team', settings)).toEqual(['b', 'c']);
});

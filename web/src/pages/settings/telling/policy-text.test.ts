import type { WireNotifyPolicy } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { readPolicy, writePolicy } from './policy-text.ts';

const ROUTE: WireNotifyPolicy['routes'][number] = {
  ...{ name: 'ops', match: ['severity>=high'], rules: [], to: ['discord'], continue: false, groupBy: [], escalate: [] },
  ...{ groupWaitSeconds: 30, groupIntervalSeconds: 300, repeatMinutes: 60, limit: { notices: 30, perMinutes: 10 } },
  notices: ['opened', 'worse', 'resolved', 'diagnosed', 'acknowledged'],
};
const POLICY: WireNotifyPolicy = { rules: [], routes: [ROUTE], maintenance: [], inhibit: [] };

describe('a notify section', () => {
  it('is read from YAML, JSON, or a whole configuration file', async () => {
    const routes = [{ name: 'ops', to: ['discord'] }];
    expect(await readPolicy('routes:\n  - name: ops\n    to: [discord]\n')).toEqual({ ok: true, notify: { routes } });
    expect(await readPolicy(JSON.stringify({ routes }))).toEqual({ ok: true, notify: { routes } });
    expect(await readPolicy('channels: []\nnotify:\n  routes: []\n')).toEqual({ ok: true, notify: { routes: [] } });
    expect(await readPolicy('')).toEqual({ ok: true, notify: {} });
  });

  it('is not read from what is none, and says where', async () => {
    expect(await readPolicy('routes: [\n')).toMatchObject({ ok: false, problem: expect.stringMatching(/line \d/) });
    expect(await readPolicy('- a')).toMatchObject({ ok: false });
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index]},`.repeat(9)}]`)
      .join('\n')}`;
    expect(await readPolicy(bomb)).toMatchObject({ ok: false });
  });

  it('is written short, and means the same when it is read again', async () => {
    const text = writePolicy(POLICY);
    expect(text).not.toMatch(/continue|groupBy|limit|rules|maintenance/);
    expect(await readPolicy(text)).toEqual({
      ok: true,
      notify: { routes: [{ name: 'ops', match: ['severity>=high'], to: ['discord'], repeatMinutes: 60 }], inhibit: [] },
    });
  });
});

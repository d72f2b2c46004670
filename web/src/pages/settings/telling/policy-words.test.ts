import type { WireNotifyPolicy } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { inhibitionWords, leadOf, maintenanceWords, matchWords, routeWords, ruleWords } from './policy-words.ts';
import { durationWords } from './times-words.ts';

type Route = WireNotifyPolicy['routes'][number];
const ROUTE: Route = {
  ...{ name: 'ops', match: [], rules: [], to: ['discord'], continue: false, groupBy: [], escalate: [] },
  ...{ groupWaitSeconds: 30, groupIntervalSeconds: 300, repeatMinutes: 0, limit: { notices: 30, perMinutes: 10 } },
  notices: ['opened', 'worse', 'resolved', 'diagnosed', 'acknowledged'],
};
const route = (change: Partial<Route> = {}) => routeWords({ ...ROUTE, ...change });

describe('what a route takes', () => {
  it.each([
    [[], 'everything'],
    [['severity>=high', 'namespace=shop'], 'critical and high in namespace shop'],
    [['severity="medium"'], 'medium'],
    [['kind="Node"'], 'everything where kind is Node'],
    [
      ['namespace="shop"', 'label.team=~"pay.*"', 'kind!="Job"'],
      'everything in namespace shop, where label team matches pay.* and kind is not Job',
    ],
    [['cluster="prod"', 'severity>=critical'], 'critical in cluster prod'],
    [['what is this'], 'everything where what is this'],
  ])('%j reads: %s', (match, words) => {
    expect(matchWords(match)).toBe(words);
  });

  it('is said with its rules and times', () => {
    const during = { days: ['mon-fri'], from: '08:00', to: '18:00', timezone: 'Europe/Vienna' };
    expect(route({ rules: ['a', 'b'], during }).what).toBe(
      'everything that rule a or rule b asks for, Monday to Friday from 08:00 to 18:00 (Europe/Vienna)',
    );
    expect(route({ during }).takesAll).toBe(false);
    expect(route().takesAll).toBe(true);
    expect(route({ continue: true }).takesAll).toBe(false);
  });
});

it('says how a route follows the one before', () => {
  const routes = [
    route({ continue: true, match: ['kind=Node'] }),
    route({ match: ['kind=Job'] }),
    route({ match: ['kind=Pod'] }),
    route(),
  ];
  expect(routes.map((_, index) => leadOf(routes, index))).toEqual(['', 'Also', 'Else', 'Otherwise']);
});

it('says what else a route does', () => {
  const { also } = route({
    notices: ['opened', 'resolved'],
    quietHours: {
      days: ['mon-sun'],
      from: '22:00',
      to: '07:00',
      timezone: 'UTC',
      except: ['critical'],
      occasion: 'overnight',
    },
    digest: { at: '09:00', days: ['mon-sun'], timezone: 'UTC', occasion: 'the last day' },
    groupBy: ['namespace', 'cause'],
    repeatMinutes: 90,
    escalate: [{ afterMinutes: 15, to: ['*'] }],
    limit: { notices: 5, perMinutes: 10 },
  });
  expect(also).toEqual([
    'Tells only that it began and that it ended.',
    'In one summary, every day at 09:00 (UTC).',
    'Quiet every day from 22:00 to 07:00 (UTC): then all but critical comes in a summary at the end.',
    'Tells together what has the same namespace and cause.',
    'Reminds every 90 min until somebody acknowledges it.',
    'After 15 min without an acknowledgement, every channel, too.',
    '5 notices in 10 min at the most; what goes beyond comes in a summary.',
  ]);
  expect(route({ limit: { notices: 30, perMinutes: 10 } }).also).toEqual([]);
});

it('says when a rule asks', () => {
  const rule = { name: 'flap', when: 'true', on: 'event' as const, severity: 'high' as const, cooldownSeconds: 3600 };
  expect(ruleWords({ ...rule, count: { atLeast: 5, withinSeconds: 600, by: ['namespace', 'name'] } })).toEqual([
    'At least 5 times in 10 min, counted for each namespace and name.',
    'Then silent about the same for 1 h.',
    'Makes an incident of severity high.',
  ]);
  expect(ruleWords({ ...rule, on: 'incident', cooldownSeconds: 0 })).toEqual([]);
});

it('says when there is maintenance, and what hides what', () => {
  const once = { name: 'm', match: ['namespace="shop"'], starts: 'A', ends: 'B' };
  expect(maintenanceWords(once, (moment) => `<${moment}>`)).toBe(
    'Nobody is told of everything in namespace shop, from <A> to <B>.',
  );
  const inhibition = { name: 'i', source: ['kind="Node"'], target: ['kind!="Node"'], equal: ['cluster', 'node'] };
  expect(inhibitionWords(inhibition)).toBe(
    'An open incident whose kind is Node hides those whose kind is not Node, where cluster and node are the same.',
  );
});

it('writes lengths of time in the unit that says them whole', () => {
  expect([45, 90, 600, 5400, 7200, 172_800].map(durationWords)).toEqual([
    '45 s',
    '90 s',
    '10 min',
    '90 min',
    '2 h',
    '2 d',
  ]);
});

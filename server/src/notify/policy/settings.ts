/** What can be set about who is told of what, and when: the `notify` section of the configuration. */
import { z } from 'zod';
import { SEVERITIES } from '../../model/cluster-event.ts';
import { TURNS } from '../../model/delivery.ts';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and dashes');

/** As Alertmanager writes them: `namespace="shop"`, `severity>=high`. */
const matchers = z.array(z.string().min(1).max(1000)).max(50);

/** A channel's name, or `<type>:<id>` of a kind that has an account. */
const channel = z.string().min(1).max(240);

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:00 or 22:30');

const timezone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be a time zone such as Europe/Berlin or UTC')
  .default('UTC');

const days = z
  .array(
    z
      .string()
      .regex(
        /^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/,
        'must be days such as mon, or a range such as mon-fri',
      ),
  )
  .min(1)
  .max(7)
  .default(['mon-sun']);

/** A stretch of the day that comes again; over midnight where `to` is not after `from`. Days are those on which it begins. */
const timesSettings = z.strictObject({ days, from: clock, to: clock, timezone });
export type TimesSettings = z.output<typeof timesSettings>;

const ruleSettings = z.strictObject({
  name,
  /** CEL over `incident`, `event` and `diagnosis` (of an incident rule) or `event` (of an event rule); true says that somebody should know. */
  when: z.string().min(1).max(4096),
  /** `incident`: asked whenever an incident turns. `event`: asked of every event that is kept; its firing makes an incident. */
  on: z.enum(['incident', 'event']).default('incident'),
  /** So many in so long, counted apart for each value of `by`. */
  count: z
    .strictObject({
      atLeast: z.int().min(2).max(1_000_000),
      withinSeconds: z.int().min(1).max(86_400),
      by: z.array(z.string().min(1).max(200)).max(10).default([]),
    })
    .exactOptional(),
  /** After it spoke it is silent about the same thing for so long. */
  cooldownSeconds: z.int().min(0).max(604_800).default(0),
  /** Of the incident that an event rule makes. */
  severity: z.enum(SEVERITIES).default('high'),
  /** For people, of an event rule; its name unless told. */
  title: z.string().min(1).max(250).exactOptional(),
});
export type RuleSettings = z.output<typeof ruleSettings>;

const quietHours = z.strictObject({
  ...timesSettings.shape,
  /** Told all the same. */
  except: z.array(z.enum(SEVERITIES)).max(5).default(['critical']),
  /** What the summary at their end is called. */
  occasion: z.string().min(1).max(60).default('overnight'),
});

export const routeSettings = z.strictObject({
  name,
  match: matchers.default([]),
  /** Only what one of these rules asked for; any where none is named. */
  rules: z.array(name).max(200).default([]),
  /** Only in these times; always where left out. */
  during: timesSettings.exactOptional(),
  to: z.array(channel).min(1).max(50),
  /** Whether the routes behind it are asked, too. */
  continue: z.boolean().default(false),
  notices: z
    .array(z.enum([...TURNS, 'diagnosed', 'acknowledged']))
    .min(1)
    .default([...TURNS, 'diagnosed', 'acknowledged']),
  /** What is told together: names as in matchers. Empty: each incident alone, at once. */
  groupBy: z.array(z.string().min(1).max(200)).max(10).default([]),
  groupWaitSeconds: z.int().min(1).max(3600).default(30),
  groupIntervalSeconds: z.int().min(1).max(86_400).default(300),
  /** Told again while it goes on and nobody acknowledged it; 0 never. */
  repeatMinutes: z.int().min(0).max(10_080).default(0),
  quietHours: quietHours.exactOptional(),
  /** Told in one summary a day instead of one by one. */
  digest: z
    .strictObject({ at: clock, days, timezone, occasion: z.string().min(1).max(60).default('the last day') })
    .exactOptional(),
  /** Who else is told of what nobody acknowledged by then. */
  escalate: z
    .array(
      z.strictObject({
        afterMinutes: z.int().min(1).max(10_080),
        to: z.array(channel).min(1).max(50),
      }),
    )
    .max(10)
    .default([]),
  /** What goes beyond is told in one summary; critical incidents always are told. */
  limit: z
    .strictObject({ notices: z.int().min(1).max(10_000), perMinutes: z.int().min(1).max(1440) })
    .default({ notices: 30, perMinutes: 10 }),
});
export type RouteSettings = z.output<typeof routeSettings>;

/** Either once, between two times, or again and again. */
const windowSettings = z.union([
  z.strictObject({
    name,
    match: matchers.min(1),
    starts: z.iso.datetime({ offset: true }),
    ends: z.iso.datetime({ offset: true }),
  }),
  z.strictObject({ name, match: matchers.min(1), during: timesSettings }),
]);
export type WindowSettings = z.output<typeof windowSettings>;

const inhibitionSettings = z.strictObject({
  name,
  /** An open incident that matches this … */
  source: matchers.min(1),
  /** … hides those that match this … */
  target: matchers.min(1),
  /** … where these are the same and not empty. */
  equal: z.array(z.string().min(1).max(200)).min(1).max(10),
});
export type InhibitionSettings = z.output<typeof inhibitionSettings>;

export const notifySettings = z.strictObject({
  /** Without any, every incident is told. */
  rules: z.array(ruleSettings).max(200).default([]),
  /** Asked in order. Without any, every channel is told of everything. */
  routes: z.array(routeSettings).max(200).default([]),
  maintenance: z.array(windowSettings).max(200).default([]),
  inhibit: z
    .array(inhibitionSettings)
    .max(100)
    .default([
      {
        name: 'node-hides-its-pods',
        source: ['kind=Node', 'category=Node'],
        target: ['kind!=Node'],
        equal: ['cluster', 'node'],
      },
    ]),
});
export type NotifySettings = z.output<typeof notifySettings>;

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

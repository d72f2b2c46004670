/** Channels and who is told of what, on the wire. Never a credential. */
import { z } from 'zod';
import { severity } from './event.ts';
import { channelOrigin, previewedNotice } from './channel-settings.ts';
import { noticeKind } from './delivery.ts';
import { decisionReason, verdict } from './notice-decision.ts';
import { incident } from './incident.ts';
import { moment } from './parameters.ts';
import { time } from './values.ts';

export const channel = z
  .object({
    name: z.string(),
    type: z.string().describe('`webhook`, `slack`, `discord`, …'),
    origin: channelOrigin,
    broken: z.string().nullable().describe('Why it cannot send, and how to mend it; null where it can.'),
    state: z
      .enum(['ready', 'failing', 'off'])
      .describe(
        '`failing`: calls are held back for a while, since several failed. `off`: it answered that it is gone (HTTP 410).',
      ),
    wants: z.array(noticeKind).describe('What it takes.'),
    lastDeliveredAt: time
      .nullable()
      .describe('When something last reached it; null: never, as far as deliveries are kept.'),
    lastFailure: z
      .object({ at: time, error: z.string() })
      .nullable()
      .describe('Of its newest delivery that waits or was given up; null where there is none.'),
  })
  .meta({ id: 'Channel', description: 'Where notices go.' });
export type WireChannel = z.infer<typeof channel>;

export const channels = z.object({ items: z.array(channel).describe('By name.') });
export type WireChannels = z.infer<typeof channels>;

export const channelTested = z
  .object({ delivery: z.string().describe('Id of the delivery: ask for it to see what became of it.') })
  .meta({ id: 'ChannelTested', description: 'A test message is on its way, as any other would be.' });

export const channelPreviewRequest = z.strictObject({
  incident: z.string().min(1).max(200).optional().describe('Id of the incident to tell of; left out, a made-up one.'),
  notice: previewedNotice,
});

export const channelPreview = z
  .object({
    contentType: z.string(),
    body: z.string().describe('As it would be sent; credentials are left out.'),
  })
  .meta({ id: 'ChannelPreview', description: 'What a channel would send.' });
export type WireChannelPreview = z.infer<typeof channelPreview>;

const texts = z.array(z.string());
const times = z.object({ days: texts, from: z.string(), to: z.string(), timezone: z.string() });
const AS_CONFIGURED =
  'As the configuration writes it, defaults filled in: docs/NOTIFICATIONS.md says what each part means.';

const notifyRule = z
  .object({
    name: z.string(),
    when: z.string().describe('CEL.'),
    on: z.enum(['incident', 'event']),
    count: z.object({ atLeast: z.int(), withinSeconds: z.int(), by: texts }).optional(),
    cooldownSeconds: z.int(),
    severity,
    title: z.string().optional(),
  })
  .meta({ id: 'NotifyRule', description: AS_CONFIGURED });

const notifyRoute = z
  .object({
    name: z.string(),
    match: texts,
    rules: texts,
    during: times.optional(),
    to: texts,
    continue: z.boolean(),
    notices: z.array(noticeKind),
    groupBy: texts,
    groupWaitSeconds: z.int(),
    groupIntervalSeconds: z.int(),
    repeatMinutes: z.int().describe('0: never.'),
    quietHours: times.extend({ except: z.array(severity), occasion: z.string() }).optional(),
    digest: z.object({ at: z.string(), days: texts, timezone: z.string(), occasion: z.string() }).optional(),
    escalate: z.array(z.object({ afterMinutes: z.int(), to: texts })),
    limit: z.object({ notices: z.int(), perMinutes: z.int() }),
  })
  .meta({ id: 'NotifyRoute', description: AS_CONFIGURED });

const maintenanceWindow = z
  .object({
    name: z.string(),
    match: texts,
    starts: z.string().optional(),
    ends: z.string().optional(),
    during: times.optional(),
  })
  .meta({
    id: 'MaintenanceWindow',
    description: `Once, from \`starts\` to \`ends\`, or again and again \`during\` some hours. ${AS_CONFIGURED}`,
  });

export const notifyPolicy = z
  .object({
    rules: z.array(notifyRule),
    routes: z.array(notifyRoute),
    maintenance: z.array(maintenanceWindow),
    inhibit: z.array(z.object({ name: z.string(), source: texts, target: texts, equal: texts })),
  })
  .meta({
    id: 'NotifyPolicy',
    description:
      'Who is told of what, when: the `notify` section in force. Without routes, every channel is told of everything.',
  });
export type WireNotifyPolicy = z.infer<typeof notifyPolicy>;

export const policyTrialRequest = z.strictObject({
  notify: z
    .unknown()
    .optional()
    .describe('A `notify` section as in the configuration file; left out, the one in force.'),
  from: moment.default('now-1d').describe('Incidents that began since then, 1,000 at the most.'),
  to: moment.default('now'),
});

export const policyTrial = z
  .object({
    incidents: z.int(),
    told: z
      .int()
      .describe(
        'Of which somebody would be told at once; what waits for a group or a summary is `held` in `byReason`.',
      ),
    partial: z
      .boolean()
      .describe('Whether some incidents of the range were not tried: there are too many, or the rules take too long.'),
    byReason: z
      .array(z.object({ verdict, reason: decisionReason, incidents: z.int() }))
      .describe('The most frequent first.'),
    byRoute: z.array(z.object({ route: z.string(), incidents: z.int(), channels: z.array(z.string()) })),
    items: z
      .array(
        z.object({
          incident,
          decisions: z.array(
            z.object({
              verdict,
              reason: decisionReason,
              because: z.string(),
              route: z.string(),
              channel: z.string(),
              rule: z.string(),
            }),
          ),
        }),
      )
      .describe('The newest first, 200 at the most.'),
    faults: z
      .array(z.object({ rule: z.string(), fault: z.string() }))
      .describe(
        'Rules that could not be answered for some incident, or are asked of events and were not tried: that counts as no.',
      ),
  })
  .meta({ id: 'PolicyTrial', description: 'Who would have been told of the beginning of past incidents; nobody is.' });
export type WirePolicyTrial = z.infer<typeof policyTrial>;

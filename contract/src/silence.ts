/** Silences and their matchers on the wire. */
import { z } from 'zod';
import { incident } from './incident.ts';
import { moment } from './parameters.ts';
import { pageOf, printable, time } from './values.ts';

export const matcher = z.string().min(1).max(1000).meta({
  description:
    'NAME OPERATOR VALUE, as Alertmanager writes them. Names: cluster, namespace, severity, category, condition, cause, kind, name, node, reason, state, title, label.KEY; operators: = != =~ !~ (RE2, over the whole value), >= for severity. Quotes are needed around blanks at the edges.',
  example: 'namespace="shop"',
});

const matchers = z
  .array(matcher)
  .min(1)
  .max(50)
  .describe('All of them hold. At least one names a value that has to be there.');

export const silenceState = z
  .enum(['pending', 'active', 'expired'])
  .describe('`pending`: begins later. `expired`: it ended, by time or by somebody.');

export const silence = z
  .object({
    id: z.string(),
    state: silenceState,
    matchers: z.array(z.string()),
    startsAt: time,
    endsAt: time.describe('When it ends by itself.'),
    expiredAt: time.nullable().describe('When somebody ended it early; null where nobody did.'),
    createdBy: z.string(),
    createdAt: time,
    comment: z.string(),
  })
  .meta({ id: 'Silence', description: 'What nobody is told of for a while.' });
export type WireSilence = z.infer<typeof silence>;

export const silencePage = pageOf(silence);

export const newSilence = z.strictObject({
  matchers,
  startsAt: moment.optional().describe('Left out: now.'),
  endsAt: moment.optional().describe('When it ends; this or `forMinutes`.'),
  forMinutes: z.int().min(1).max(527_040).optional().describe('How long it lasts, a year at the most.'),
  comment: z
    .string()
    .trim()
    .min(1, 'must say why')
    .max(2000)
    .refine(...printable)
    .describe('Why: whoever is not told will read it.'),
});
export type WireNewSilence = z.infer<typeof newSilence>;

export const silenceOutlook = z
  .object({
    incidents: z.array(incident).describe('Open ones that it would silence, the newest first.'),
    more: z.int().describe('How many beyond these.'),
  })
  .meta({ id: 'SilenceOutlook', description: 'What a silence with these matchers would hold back of what is open.' });
export type WireSilenceOutlook = z.infer<typeof silenceOutlook>;

export const silenceQuestion = z.strictObject({ matchers });

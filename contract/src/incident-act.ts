/** What people do to incidents, as they send it. */
import { z } from 'zod';
import { incident } from './incident.ts';

const words = z.string().trim().max(4000);
const why = words.min(1).describe('Why: it stands in the timeline.');
const id = z.string().min(1).max(64);

const as = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .optional()
  .describe('Who says so, in their own words: shown beside how they identified themselves.');

/** Bodies of POST /api/v1/incidents/{id}/{acknowledge, resolve, note, merge, unmerge, split}. */
export const incidentAct = {
  acknowledge: z.strictObject({ as, text: words.default('').describe('A word for the others; may be left out.') }),
  resolve: z.strictObject({ as, text: words.default('').describe('What fixed it; may be left out.') }),
  note: z.strictObject({ as, text: words.min(1) }),
  merge: z.strictObject({
    as,
    incidents: z
      .array(id)
      .min(1)
      .max(100)
      .describe('Ids, or beginnings that no other shares, of those that go on in this one.'),
    text: why,
  }),
  unmerge: z.strictObject({ as, text: why }),
  split: z.strictObject({
    as,
    objects: z
      .array(z.string().min(1).max(600))
      .max(100)
      .default([])
      .describe('Root owners whose strands go: `Deployment/web`, or `shop/Deployment/web` where two have one name.'),
    conditions: z
      .array(z.string().min(1).max(200))
      .max(100)
      .default([])
      .describe('Conditions whose strands go, such as `OOMKilled`. One of the two lists must name something.'),
    text: why,
  }),
} as const;
export type IncidentActName = keyof typeof incidentAct;

export const incidentActed = z.object({
  incidents: z.array(incident).describe('Those that changed, the one to look at first.'),
});
export type WireIncidentActed = z.infer<typeof incidentActed>;

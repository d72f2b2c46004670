/** How much disk the events take, and would take when everything is as old as it is kept, on the wire. */
import { z } from 'zod';
import { time } from './values.ts';

const unknown = 'Null while too little is known to tell.';
const bytes = z.int().nullable();

export const retentionEstimate = z
  .object({
    bytes: z.int().describe('What events take on disk now: their tables with indexes, occurrences and counts.'),
    events: z.int().describe('Stored events.'),
    oldest: time.nullable().describe('When the oldest of them happened; null where nothing is stored.'),
    bytesPerEvent: z
      .int()
      .nullable()
      .describe(`\`bytes\` divided by \`events\`: with its repeats and indexes. ${unknown} That takes 1,000 events.`),
    eventsPerDay: z
      .number()
      .nullable()
      .describe(`New events a day, over the last week or since the first. ${unknown} That takes six hours.`),
    byRetention: z
      .array(
        z.object({
          class: z.enum(['short', 'normal', 'long']),
          days: z.int().describe('How long they are kept, as the settings say.'),
          eventsPerDay: z.number().nullable(),
          expectedBytes: bytes.describe('eventsPerDay × days × bytesPerEvent.'),
        }),
      )
      .describe('Which class an event is of, rules in the configuration decide; without rules all are `normal`.'),
    expectedBytes: bytes.describe('Of all classes. What is on hold is never dropped, and comes on top.'),
  })
  .meta({
    id: 'RetentionEstimate',
    description:
      'An estimate: it takes that events go on arriving as they lately did. Evidence, incidents and the audit trail are small beside events, and are left out.',
  });
export type WireRetentionEstimate = z.infer<typeof retentionEstimate>;

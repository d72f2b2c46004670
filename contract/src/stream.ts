/** What the live stream sends. */
import { z } from 'zod';
import { clusterEvent } from './event.ts';
import { incident } from './incident.ts';

export const streamChange = z
  .object({
    events: z.array(clusterEvent).describe('New, or happened again.'),
    incidents: z.array(incident).describe('As they are now.'),
    topics: z
      .array(z.enum(['settings', 'deliveries', 'gaps', 'silences', 'events']))
      .describe(
        'What else changed: ask for it again. `events` comes where the stream leaves events out (`events=no`).',
      ),
  })
  .meta({ id: 'StreamChange', description: 'The data of a `change` message.' });
export type WireStreamChange = z.infer<typeof streamChange>;

export const streamReset = z
  .object({
    reason: z
      .enum(['too-old', 'unknown'])
      .describe('`too-old`: what came after the id is not kept any more. `unknown`: the id is none of this stream.'),
  })
  .meta({
    id: 'StreamReset',
    description: 'The data of a `reset` message: something was missed, so lists are to be asked for again.',
  });

const id = z.string().describe('Sent back as `Last-Event-ID`, it goes on from here.');

/** One message of the live stream: `data` is its JSON. */
export const streamMessage = z.discriminatedUnion('event', [
  z.object({ id, event: z.literal('change'), data: streamChange }),
  z.object({ id, event: z.literal('reset'), data: streamReset }),
]);

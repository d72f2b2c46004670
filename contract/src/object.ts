/** All that is known of one object on the wire, also after its deletion. */
import { z } from 'zod';
import { objectChange } from './change.ts';
import { objectRef } from './event.ts';
import { evidence } from './evidence.ts';
import { incident } from './incident.ts';
import { clusterTitle, clusterUid, time } from './values.ts';

export const knownObject = z
  .object({
    object: objectRef,
    cluster: clusterUid,
    clusterName: clusterTitle,
    presence: z
      .enum(['there', 'gone', 'unknown'])
      .describe(
        '`gone`: its kind is watched, and there is none of this name. `unknown`: its kind or namespace, or its cluster, is not watched, may not be, or was not read yet.',
      ),
    since: time
      .nullable()
      .describe(
        'When it was created, else when the first stored event about it happened. Null where neither is known.',
      ),
    lastSeen: time
      .nullable()
      .describe('When the newest stored event or change about it happened. Null where none is stored.'),
    goneAt: time.nullable().describe('When its deletion was seen. Null where it was not.'),
    owners: z
      .array(objectRef)
      .describe('What keeps it as wanted, the nearest first, up to the root; of some that are gone, the root alone.'),
    owned: z.array(objectRef).describe('What it owns now, then what stored events say that it owned; 200 at the most.'),
    node: z
      .string()
      .nullable()
      .describe('The node that it runs on, or ran on last. Null where there is none, or the caller may not see nodes.'),
    labels: z
      .record(z.string(), z.string())
      .describe('Redacted. Of an object that is not cached any more, those of its newest event.'),
    facts: z
      .array(z.object({ label: z.string(), value: z.string() }))
      .describe(
        'What one wants to know at once, such as replicas, restarts and images: as it is, or was when it went. Only what is known.',
      ),
    events: z
      .object({
        distinct: z.int().describe('Distinct events about it.'),
        occurrences: z.int().describe('How often those happened.'),
        lastSeen: time.nullable().describe('When the newest happened.'),
        partial: z.boolean().describe('Whether a time budget ran out: only the newest occurrences are counted.'),
      })
      .describe('Of all objects that had this name in turn.'),
    openIncidents: z
      .array(incident)
      .describe('Those that it is the root or the subject of, or has events in, the newest first, 50 at the most.'),
    earlierIncidents: z.array(incident).describe('Those of them that ended, the newest first, 20 at the most.'),
    changes: z.array(objectChange).describe('What was changed on it, the newest first, 20 at the most.'),
    evidence: z
      .array(
        z.object({
          incidentId: z.string().describe('What it says is read there.'),
          id: z.string(),
          kind: evidence.shape.kind,
          container: z.string().describe('Empty where it is not about a container.'),
          capturedAt: time,
        }),
      )
      .describe('What was captured of it for these incidents, the newest first, 100 pieces at the most.'),
  })
  .meta({ id: 'KnownObject' });
export type WireKnownObject = z.infer<typeof knownObject>;

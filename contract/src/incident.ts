/** Incidents on the wire: what broke, why, what led up to it, what belongs to it. */
import { z } from 'zod';
import { objectChange } from './change.ts';
import { category, objectRef, severity } from './event.ts';
import { evidence } from './evidence.ts';
import { clusterTitle, clusterUid, pageOf, time } from './values.ts';

export const incidentState = z
  .enum(['open', 'acknowledged', 'resolved', 'regressed'])
  .describe('`acknowledged`: somebody is looking at it. `regressed`: it came back, and goes on.');

export const incidentField = z.enum([
  'cluster',
  'namespace',
  'kind',
  'name',
  'state',
  'severity',
  'category',
  'condition',
  'cause',
]);

export const incidentFacets = z.object({
  facets: z.array(
    z.object({
      field: incidentField,
      values: z.array(z.object({ value: z.string(), incidents: z.int() })).describe('The most frequent first.'),
    }),
  ),
});
export type WireIncidentFacets = z.infer<typeof incidentFacets>;

export const citation = z.object({
  evidenceId: z.string(),
  text: z.string().describe('Words of that piece of evidence, which the claim stands on.'),
});

export const finding = z
  .object({
    cause: z.string().describe('A stable code, such as `missing-configuration`; each has a runbook.'),
    confidence: z.number().describe('0 to 1. Above 0.8 the evidence says so in words; below 0.5 it is a guess.'),
    explanation: z.string().describe('What happened, in one or two sentences.'),
    citations: z.array(citation),
  })
  .meta({ id: 'Finding' });

export const diagnosis = finding
  .extend({
    by: z.string().describe('The analyzer that found it.'),
    at: time,
    nextSteps: z.array(z.string()).describe('What to do, the most useful first.'),
    commands: z.array(z.string()).describe('Commands that only read.'),
    also: z.array(finding).describe('Other findings that the evidence supports, less specific or less sure.'),
  })
  .meta({ id: 'Diagnosis' });
export type WireDiagnosis = z.infer<typeof diagnosis>;

const eventCount = z.int().describe('How often its events happened.');

export const incident = z
  .object({
    id: z.string(),
    cluster: clusterUid,
    clusterName: clusterTitle,
    state: incidentState,
    severity,
    category,
    condition: z.string().describe('Of the strand that says most about the cause, such as CrashLoopBackOff.'),
    title: z.string().describe('One line for people.'),
    root: objectRef
      .extend({ cluster: clusterUid })
      .describe('Where the problem sits: a workload, or the node or claim that others suffer from.'),
    subject: objectRef.describe('What was noticed first, a pod often: evidence is captured from it.'),
    openedAt: time,
    lastSeen: time.describe('When one of its events last happened.'),
    clearedAt: time.nullable().describe('When its last condition was seen to have ended; null while one goes on.'),
    resolvedAt: time.nullable().describe('Null while it is open.'),
    resolvedBy: z.string().nullable().describe('`tattle`, or a person; null while it is open.'),
    eventCount,
    regressions: z.int().describe('How often it came back.'),
    mergedInto: z.string().nullable().describe('Id of the incident that it lives on in; null where it is its own.'),
    resolution: z.string().nullable().describe('What people said fixed it; null until somebody does.'),
    diagnosis: diagnosis
      .nullable()
      .describe('Null until its evidence was looked at, or where it rests on what the caller may not see.'),
    restricted: z
      .boolean()
      .describe('Whether part of it lies outside of what the caller may see: what is shown is about the rest.'),
  })
  .meta({ id: 'Incident' });
export type WireIncident = z.infer<typeof incident>;

export const strand = z
  .object({
    condition: z.string(),
    root: objectRef,
    severity,
    firstSeen: time,
    lastSeen: time,
    clearedAt: time.nullable().describe('When it was seen to have ended; null while it goes on.'),
    eventCount,
    rule: z
      .string()
      .describe('By which rule it belongs here: `opened`, `same-owner`, `node-lost`, `volume`, `by-hand`, …'),
    because: z.string().describe('The rule in a sentence, with names.'),
  })
  .meta({ id: 'Strand', description: 'One condition of one root owner, and why it belongs here.' });
export type WireStrand = z.infer<typeof strand>;

export const timelineEntry = z
  .object({
    at: time,
    kind: z.enum([
      'event',
      'change',
      'joined',
      'opened',
      'worse',
      'headline',
      'cleared',
      'resolved',
      'regressed',
      'acknowledged',
      'note',
      'merged',
      'unmerged',
      'split',
      'evidence',
      'diagnosed',
      'notice',
    ]),
    by: z.string().describe('`tattle`, a person, or the reporter of an event; empty for changes.'),
    text: z.string().describe('For people.'),
    object: objectRef.nullable().describe('What it is about, where that is an object.'),
  })
  .meta({ id: 'TimelineEntry' });
export type WireTimelineEntry = z.infer<typeof timelineEntry>;

export const incidentView = incident
  .extend({
    objects: z.array(objectRef).describe('What its events are about, 200 at the most.'),
    changes: z.array(objectChange).describe('What was changed just before, the leading change first.'),
    together: z.array(strand).describe('Why its events are together.'),
    timeline: z.array(timelineEntry).describe('Oldest first.'),
    timelineCut: z.boolean().describe('Whether the timeline leaves out all but the newest events.'),
    earlier: z
      .array(
        z.object({
          id: z.string(),
          openedAt: time,
          resolvedAt: time.nullable(),
          resolution: z.string().nullable().describe('What people said fixed it.'),
        }),
      )
      .describe('The same problem before, the newest first, 5 at the most.'),
  })
  .meta({ id: 'IncidentView', description: 'All of an incident but its evidence.' });
export type WireIncidentView = z.infer<typeof incidentView>;

export const incidentDetail = incidentView
  .extend({ evidence: z.array(evidence) })
  .meta({ id: 'IncidentDetail', description: 'All of an incident.' });
export type WireIncidentDetail = z.infer<typeof incidentDetail>;

export const incidentPage = pageOf(
  z.union([incidentView, incident]).describe('With `view=full` all but the evidence.'),
);
export interface WireIncidentPage {
  readonly items: readonly (WireIncident | WireIncidentView)[];
  readonly nextCursor: string | null;
  readonly partial: boolean;
}

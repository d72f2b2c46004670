/** Incidents on the wire: what broke, why, what led up to it, what belongs to it, and what people do to it. */
import { z } from 'zod';
import { objectRef, severity } from './event.ts';

const time = z.iso.datetime();

export const incidentState = z.enum(['open', 'acknowledged', 'resolved', 'regressed']);

/** The words of a piece of evidence that a claim stands on. */
export const citation = z.object({ evidenceId: z.string(), text: z.string() });

export const finding = z.object({
  /** A stable code; docs/runbooks/ has a page for each. */
  cause: z.string(),
  /** 0 to 1. */
  confidence: z.number(),
  explanation: z.string(),
  citations: z.array(citation),
});

export const diagnosis = finding.extend({
  /** The analyzer that found it. */
  by: z.string(),
  at: time,
  nextSteps: z.array(z.string()),
  /** Commands that only read. */
  commands: z.array(z.string()),
  /** Other findings that the evidence supports. */
  also: z.array(finding),
});
export type WireDiagnosis = z.infer<typeof diagnosis>;

export const objectChange = z.object({
  at: time,
  object: objectRef,
  /** One line: `env TOKEN_TTL changed from 3600 to 1h`. */
  summary: z.string(),
  diff: z.array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  revision: z.int().nullable(),
});
export type WireObjectChange = z.infer<typeof objectChange>;

export const incident = z.object({
  id: z.string(),
  cluster: z.string(),
  clusterName: z.string(),
  state: incidentState,
  severity,
  category: z.string(),
  condition: z.string(),
  title: z.string(),
  /** Where the problem sits. */
  root: objectRef.extend({ cluster: z.string() }),
  /** The object that the headline's first observation was about, a pod often. */
  subject: objectRef,
  openedAt: time,
  lastSeen: time,
  /** When its last condition was seen to have ended; null while one goes on. */
  clearedAt: time.nullable(),
  resolvedAt: time.nullable(),
  /** `tattle`, or a person; null while it is open. */
  resolvedBy: z.string().nullable(),
  eventCount: z.int(),
  /** How often it came back. */
  regressions: z.int(),
  /** The incident that it lives on in. */
  mergedInto: z.string().nullable(),
  /** What people said fixed it. */
  resolution: z.string().nullable(),
  /** Null until its evidence was looked at. */
  diagnosis: diagnosis.nullable(),
});
export type WireIncident = z.infer<typeof incident>;

/** One condition of one root owner, and why it belongs here. */
export const strand = z.object({
  condition: z.string(),
  root: objectRef,
  severity,
  firstSeen: time,
  lastSeen: time,
  clearedAt: time.nullable(),
  eventCount: z.int(),
  rule: z.string(),
  because: z.string(),
});
export type WireStrand = z.infer<typeof strand>;

export const timelineEntry = z.object({
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
  /** `tattle`, a person, or the reporter of an event. */
  by: z.string(),
  text: z.string(),
  object: objectRef.nullable(),
});
export type WireTimelineEntry = z.infer<typeof timelineEntry>;

/** All but the evidence itself. */
export const incidentView = incident.extend({
  /** What its events are about. */
  objects: z.array(objectRef),
  /** What was changed just before, the leading change first. */
  changes: z.array(objectChange),
  /** Why its events are together. */
  together: z.array(strand),
  /** Oldest first. */
  timeline: z.array(timelineEntry),
  /** The same problem before, the newest first. */
  earlier: z.array(
    z.object({ id: z.string(), openedAt: time, resolvedAt: time.nullable(), resolution: z.string().nullable() }),
  ),
});
export type WireIncidentView = z.infer<typeof incidentView>;

export const evidence = z.object({
  id: z.string(),
  kind: z.enum([
    'spec',
    'status',
    'log',
    'previous-log',
    'events',
    'owners',
    'node',
    'changes',
    'quota',
    'endpoints',
    'usage',
  ]),
  object: objectRef,
  /** Empty where it is not about a container. */
  container: z.string(),
  capturedAt: time,
  /** Text for logs, JSON text otherwise; empty when `error` says why it could not be had. */
  body: z.string(),
  truncated: z.boolean(),
  error: z.string().nullable(),
});
export type WireEvidence = z.infer<typeof evidence>;

export const incidentDetail = incidentView.extend({ evidence: z.array(evidence) });
export type WireIncidentDetail = z.infer<typeof incidentDetail>;

/** `view=full` brings `incidentView`s. */
export const incidentPage = z.object({
  items: z.array(z.union([incidentView, incident])),
  nextCursor: z.string().nullable(),
  partial: z.boolean(),
});
export interface WireIncidentPage {
  readonly items: readonly (WireIncident | WireIncidentView)[];
  readonly nextCursor: string | null;
  readonly partial: boolean;
}

const words = z.string().trim().max(4000);
const id = z.string().min(1).max(64);

/** Who says so, in their own words: shown beside how they identified themselves. */
const as = z.string().trim().min(1).max(100).optional();

/** Bodies of POST /api/v1/incidents/{id}/{acknowledge, resolve, note, merge, unmerge, split}. */
export const incidentAct = {
  acknowledge: z.strictObject({ as, text: words.default('') }),
  resolve: z.strictObject({ as, text: words.default('') }),
  note: z.strictObject({ as, text: words.min(1) }),
  merge: z.strictObject({ as, incidents: z.array(id).min(1).max(100), text: words.min(1) }),
  unmerge: z.strictObject({ as, text: words.min(1) }),
  split: z.strictObject({
    as,
    objects: z.array(z.string().min(1).max(600)).max(100).default([]),
    conditions: z.array(z.string().min(1).max(200)).max(100).default([]),
    text: words.min(1),
  }),
} as const;
export type IncidentActName = keyof typeof incidentAct;

/** The incidents that changed, the one to look at first. */
export const incidentActed = z.object({ incidents: z.array(incident) });
export type WireIncidentActed = z.infer<typeof incidentActed>;

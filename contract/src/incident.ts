/** Incidents and their evidence on the wire. */
import { z } from 'zod';
import { objectRef, severity } from './event.ts';

const time = z.iso.datetime();

export const incident = z.object({
  id: z.string(),
  cluster: z.string(),
  clusterName: z.string(),
  state: z.enum(['open', 'acknowledged', 'resolved', 'regressed']),
  severity,
  category: z.string(),
  condition: z.string(),
  title: z.string(),
  root: objectRef,
  /** The object that the first observation was about, a pod often. */
  subject: objectRef,
  openedAt: time,
  lastSeen: time,
  /** When its condition was last seen to have ended; null while it goes on. */
  clearedAt: time.nullable(),
  resolvedAt: time.nullable(),
  eventCount: z.int(),
});
export type WireIncident = z.infer<typeof incident>;

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

export const incidentDetail = incident.extend({ evidence: z.array(evidence) });
export type WireIncidentDetail = z.infer<typeof incidentDetail>;

/** `partial`: there are more than the limit let through. */
export const incidentPage = z.object({
  items: z.array(incident),
  nextCursor: z.string().nullable(),
  partial: z.boolean(),
});
export type WireIncidentPage = z.infer<typeof incidentPage>;

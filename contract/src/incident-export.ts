/** One incident as a file that stands alone: everything that Tattle knows of it, for people without a Tattle, and to be played again. */
import { z } from 'zod';
import { deliveryStatus, noticeKind } from './delivery.ts';
import { clusterEvent } from './event.ts';
import { evidence } from './evidence.ts';
import { incidentView } from './incident.ts';
import { time } from './values.ts';

/** Grows by members that readers may leave unread; what would mislead an older reader is a `v2`. */
export const INCIDENT_EXPORT_FORM = 'tattle.incident/v1';

export const toldNotice = z
  .object({
    channel: z.string().describe('Name of the channel.'),
    notice: noticeKind,
    status: deliveryStatus,
    attempts: z.int().describe('How many were made.'),
    createdAt: time,
    deliveredAt: time.nullable().describe('Null where it was not taken.'),
  })
  .meta({ id: 'ToldNotice', description: 'One notice to one channel: who was told, without where that is.' });
export type WireToldNotice = z.infer<typeof toldNotice>;

export const leftOut = z
  .object({
    what: z.enum(['events', 'evidence', 'told']),
    count: z.int().describe('How many of them are not in the file, at least.'),
    because: z.string().describe('Why, for people.'),
  })
  .meta({ id: 'LeftOut' });

export const incidentExport = z
  .object({
    form: z.literal(INCIDENT_EXPORT_FORM),
    exportedAt: time,
    exportedBy: z.string().describe('The program and its version, such as `tattle 0.1.0`.'),
    incident: incidentView,
    told: z.array(toldNotice).describe('The oldest first.'),
    events: z.array(clusterEvent).describe('Of the incident, the newest first.'),
    evidence: z.array(evidence).describe('Redacted when it was captured.'),
    leftOut: z.array(leftOut).describe('What there is of it beside that; empty where nothing is missing.'),
  })
  .meta({ id: 'IncidentExport', description: 'An incident as one file.' });
export type WireIncidentExport = z.infer<typeof incidentExport>;

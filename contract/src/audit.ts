/** The audit trail on the wire. */
import { z } from 'zod';
import { pageOf, time } from './values.ts';

export const auditEntry = z
  .object({
    no: z.int().describe('Grows by one from entry to entry, without gaps.'),
    at: time,
    actor: z.string().describe('Id of a principal, or `tattle`.'),
    action: z.string().describe('`settings.change`, `token.create`, `incident.acknowledge`, …'),
    target: z.string().describe('What it was done to: `filter.namespaces`, the id of a token or an incident.'),
    detail: z.record(z.string(), z.unknown()).describe('What the action says beside that; never a secret.'),
    hash: z.string().describe('SHA-256, hexadecimal, over this entry and the hash of the one before.'),
  })
  .meta({ id: 'AuditEntry' });
export type WireAuditEntry = z.infer<typeof auditEntry>;

export const auditPage = pageOf(auditEntry);
export type WireAuditPage = z.infer<typeof auditPage>;

export const auditVerdict = z.object({
  whole: z.boolean().describe('Whether no entry is missing and none was changed.'),
  entries: z.int().describe('How many there are.'),
  brokenAt: z
    .int()
    .nullable()
    .describe('Number of the first entry that is missing or was changed; null where none is.'),
  head: z
    .string()
    .describe(
      'Hash of the newest entry: kept elsewhere, it shows later that nothing was cut off. Empty without entries.',
    ),
});
export type WireAuditVerdict = z.infer<typeof auditVerdict>;

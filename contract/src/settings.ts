/** What people may change while Tattle runs, as the API takes and gives it. */
import { z } from 'zod';
import { namespacePattern, printable } from './values.ts';

const word = z
  .string()
  .min(1, 'must not be empty')
  .max(253, 'is longer than 253 characters')
  .refine(...printable);

const words = z.array(word).max(1000, 'holds more than 1000 entries');

const selector = z
  .string()
  .max(4096, 'is longer than 4096 characters')
  .refine(...printable);

const namespacePatterns = z.array(namespacePattern).max(1000, 'holds more than 1000 entries');

/** Every member may be left out: what is not named stays as it is. */
export const filterPatch = z.strictObject({
  namespaces: z
    .union([z.literal('all'), namespacePatterns], { error: 'must be "all" or a list of namespace names' })
    .optional()
    .describe('Those to monitor, with `*` as wildcard. An empty list monitors none; `all` is an explicit choice.'),
  excludedNamespaces: namespacePatterns.optional().describe('Left out of those; with `*` as wildcard.'),
  clusterScoped: z
    .boolean()
    .optional()
    .describe('Whether events of nodes, volumes and other objects without a namespace are kept.'),
  eventTypes: words.optional().describe('`Normal`, `Warning`; empty keeps every type.'),
  includeReasons: words.optional().describe('Reasons, or conditions such as CrashLoopBackOff; empty includes all.'),
  excludeReasons: words.optional().describe('Reasons or conditions.'),
  includeKinds: words.optional().describe('Kinds of objects; empty includes all.'),
  excludeKinds: words.optional(),
  includeComponents: words.optional().describe('Reporting components, such as kubelet; empty includes all.'),
  excludeComponents: words.optional(),
  labelSelector: selector
    .optional()
    .describe('As in Kubernetes: `app=web, tier in (front, back)`. Of the object and the Event; empty keeps all.'),
  annotationSelector: selector.optional().describe('The same over annotations.'),
  minimumCount: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Events are kept once they have happened this often.'),
});
export type WireFilterPatch = z.infer<typeof filterPatch>;

export const filterSettings = filterPatch.required();
export type WireFilterSettings = z.infer<typeof filterSettings>;

const days = z.int().min(1).max(36_500);

export const retentionPatch = z.strictObject({
  short: days.optional().describe('Days; rules in the configuration say which events are short.'),
  normal: days.optional().describe('Days, for events that no rule names.'),
  long: days.optional().describe('Days; rules in the configuration say which events are long.'),
});
export type WireRetentionPatch = z.infer<typeof retentionPatch>;

export const retentionDays = retentionPatch.required();

export const lockedSetting = z.object({
  path: z.string().describe('For example `filter.namespaces`.'),
  by: z.string().describe('What owns it: `TATTLE_NAMESPACES`, `/etc/tattle.yaml`.'),
});

export const config = z
  .object({
    filter: filterSettings.describe('Which events are kept.'),
    retention: retentionDays.describe('How long events are kept after they were last stored.'),
    locked: z.array(lockedSetting).describe('What configuration owns and nobody can change here.'),
    notices: z.array(z.string()).describe('What a person should know, such as that no namespace is monitored.'),
  })
  .meta({ id: 'Config' });
export type WireConfig = z.infer<typeof config>;

const ignored = z.unknown().optional().describe('Taken and ignored, so that what was read can be sent back.');

export const configChange = z.strictObject({
  filter: filterPatch.optional(),
  retention: retentionPatch.optional(),
  locked: ignored,
  notices: ignored,
});
export const namespacesChange = filterPatch.pick({ namespaces: true, excludedNamespaces: true, clusterScoped: true });
export const eventTypesChange = filterPatch.pick({ eventTypes: true, includeReasons: true, excludeReasons: true });

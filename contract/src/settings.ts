/** What people may change while Tattle runs, as the API takes and gives it. */
import { z } from 'zod';

const unprintable = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

const namespaceName = z
  .string()
  .regex(
    /^[a-z0-9*](?:[a-z0-9.*-]{0,252}[a-z0-9*])?$/,
    'is no namespace name: lower-case letters, digits and -, with * as wildcard',
  );

const word = z
  .string()
  .min(1, 'must not be empty')
  .max(253, 'is longer than 253 characters')
  .refine((text) => !unprintable.test(text), 'holds characters that cannot be printed');

const words = z.array(word).max(1000, 'holds more than 1000 entries');

const selector = z
  .string()
  .max(4096, 'is longer than 4096 characters')
  .refine((text) => !unprintable.test(text), 'holds characters that cannot be printed');

const namespaceNames = z.array(namespaceName).max(1000, 'holds more than 1000 entries');

/** Every member may be left out: what is not named stays as it is. */
export const filterPatch = z.strictObject({
  namespaces: z
    .union([z.literal('all'), namespaceNames], { error: 'must be "all" or a list of namespace names' })
    .optional(),
  excludedNamespaces: namespaceNames.optional(),
  clusterScoped: z.boolean().optional(),
  eventTypes: words.optional(),
  includeReasons: words.optional(),
  excludeReasons: words.optional(),
  includeKinds: words.optional(),
  excludeKinds: words.optional(),
  includeComponents: words.optional(),
  excludeComponents: words.optional(),
  labelSelector: selector.optional(),
  annotationSelector: selector.optional(),
  minimumCount: z.int().min(1).max(1_000_000).optional(),
});
export type WireFilterPatch = z.infer<typeof filterPatch>;

export const filterSettings = filterPatch.required();
export type WireFilterSettings = z.infer<typeof filterSettings>;

/** A setting that a file or the environment owns, and where. */
export const lockedSetting = z.object({
  /** For example `filter.namespaces`. */
  path: z.string(),
  /** For example `TATTLE_NAMESPACES` or `/etc/tattle.yaml`. */
  by: z.string(),
});

export const config = z.object({
  filter: filterSettings,
  locked: z.array(lockedSetting),
  /** What a person should know about these settings, such as that no namespace is monitored. */
  notices: z.array(z.string()),
});
export type WireConfig = z.infer<typeof config>;

/** `locked` and `notices` are taken and ignored, so that what was read can be sent back after a change. */
export const configChange = z.strictObject({
  filter: filterPatch,
  locked: z.unknown().optional(),
  notices: z.unknown().optional(),
});
export const namespacesChange = filterPatch.pick({ namespaces: true, excludedNamespaces: true, clusterScoped: true });
export const eventTypesChange = filterPatch.pick({ eventTypes: true, includeReasons: true, excludeReasons: true });

/** Values that many shapes hold: times, clusters, names that people choose, pages of lists. */
import { z } from 'zod';

/** A component of its own: its pattern is long, and nearly every shape has a time. */
export const time = z.iso.datetime().meta({
  id: 'Time',
  description: 'RFC 3339 in UTC, with milliseconds.',
  example: '2026-01-31T14:00:00.000Z',
});

export const clusterUid = z
  .string()
  .describe('Uid of the cluster: that of its kube-system namespace, else its configured name.');
export const clusterTitle = z.string().describe('The name by which people know the cluster.');

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

/** For `refine`: text that hides, or turns around, what others read beside it is refused. */
export const printable = [
  (text: string) => !UNPRINTABLE.test(text),
  'holds characters that cannot be printed',
] as const;

export const namespacePattern = z
  .string()
  .regex(
    /^[a-z0-9*](?:[a-z0-9.*-]{0,252}[a-z0-9*])?$/,
    'is no namespace name: lower-case letters, digits and -, with * as wildcard',
  );

/** A list is read page by page. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Sent as `cursor`, it brings the next page; null on the last one.'),
    partial: z
      .boolean()
      .describe('Whether a time budget ran out before the page was full; `nextCursor` then goes on from there.'),
  });
}

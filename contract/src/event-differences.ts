/** What differs on the wire: what stands out of some events, against others. */
import { z } from 'zod';

export const differenceField = z.enum(['cluster', 'namespace', 'kind', 'reason', 'source', 'node', 'owner', 'label']);

const share = z.number().describe('Of the occurrences of its side: 0 to 1.');
const side = z.object({ occurrences: z.int().describe('That were compared.') });

export const eventDifferences = z.object({
  selection: side,
  baseline: side,
  items: z
    .array(
      z.object({
        field: differenceField,
        value: z
          .string()
          .describe(
            'Of an `owner` (the top of the chain of controllers): namespace/kind/name, without the namespace where it lies in none. Of a `label`: key=value. Of a `cluster`: its uid.',
          ),
        selection: z.int().describe('Occurrences in the selection.'),
        baseline: z.int().describe('Occurrences in the baseline.'),
        selectionShare: share,
        baselineShare: share,
        score: z
          .number()
          .describe(
            'How surely the shares differ, in standard errors of their log-odds: above 0, there is more of it in the selection; below, less.',
          ),
      }),
    )
    .describe('What differs beyond chance, the surest first.'),
  tooLittle: z
    .boolean()
    .describe('Whether the selection or the baseline has fewer than 10 distinct events: then nothing is said.'),
  partial: z.boolean().describe('Whether only the newest occurrences of either side were compared.'),
});
export type WireEventDifferences = z.infer<typeof eventDifferences>;

/** Errors on the wire: RFC 9457 problem details, with a hint that says how to mend it. */
import { z } from 'zod';

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  hint: z.string(),
  /** Also in the answer's x-request-id header and in the log. */
  requestId: z.string(),
  /** Where the request is wrong, each by its path in the body or its parameter. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type WireProblem = z.infer<typeof problem>;

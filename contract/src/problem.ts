/** Errors on the wire: RFC 9457 problem details, with a hint that says how to mend it. */
import { z } from 'zod';

export const problem = z
  .object({
    type: z.string().describe('Always `about:blank`: the status says what kind of problem it is.'),
    title: z.string().describe('The same for every problem of its kind.'),
    status: z.int().describe('The status of the answer.'),
    detail: z.string().describe('What is wrong with this request.'),
    hint: z.string().describe('How to mend it.'),
    requestId: z.string().describe('Also in the x-request-id header of the answer, and in the log of the server.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Where the request is wrong, each by its path in the body or by its parameter.'),
  })
  .meta({ id: 'Problem' });
export type WireProblem = z.infer<typeof problem>;

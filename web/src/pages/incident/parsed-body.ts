/** The body of a piece of evidence that is no log. */

/** A body that is no JSON, which none should be, is shown as the text that it is. */
export function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

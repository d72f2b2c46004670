/** What a `_bulk` answer says of each record. */
import { count, type Fields, fields, isFields, objects, text } from '../../kit/fields.ts';
import type { Refusal, SinkOutcome, SinkRecord } from '../../model/sink.ts';
import { excerpt } from '../http-exchange.ts';

/** It is there already: that is what a resend finds. */
const KNOWN = 409;

/** Of an answer with a status of success. */
export function bulkOutcome(
  batch: readonly SinkRecord[],
  { body, truncated }: { readonly body: string; readonly truncated: boolean },
): SinkOutcome {
  const answer = parsed(body);
  if (answer === null || truncated) return { kind: 'retry', error: 'the answer to _bulk cannot be read' };
  if (answer['errors'] === false) return { kind: 'taken' };
  const items = objects(answer['items']);
  if (items.length !== batch.length) return { kind: 'retry', error: 'the answer to _bulk does not name every record' };
  const refused: Refusal[] = [];
  const left: SinkRecord[] = [];
  let error = '';
  for (const [i, record] of batch.entries()) {
    const { status, why } = itemOf(items[i]);
    if (status === KNOWN || (status >= 200 && status < 300)) continue;
    if (isForGood(status)) refused.push({ record, reason: why });
    else {
      left.push(record);
      error ||= why;
    }
  }
  return left.length === 0 ? { kind: 'taken', refused } : { kind: 'retry', error, left, refused };
}

/** A mapping that does not fit (400), a document that is too large (413). 401, 403, 404 and 429 can be mended, as can all above. */
function isForGood(status: number): boolean {
  return status === 400 || status === 413 || status === 422;
}

function itemOf(item: Fields | undefined): { readonly status: number; readonly why: string } {
  // One key, the action's name.
  const result = fields(Object.values(item ?? {})[0]);
  const status = count(result['status']);
  const error = fields(result['error']);
  const why = excerpt(`${String(status)} ${text(error['type'], 200)}: ${text(error['reason'], 1000)}`);
  return { status, why };
}

function parsed(body: string): Fields | null {
  try {
    const answer: unknown = JSON.parse(body);
    return isFields(answer) ? answer : null;
  } catch {
    return null;
  }
}

/** A channel that is there and cannot send until a person mends it: what it is to tell waits, and is told then. */
import { type Channel, NOTICE_KINDS } from '../model/delivery.ts';

/** `why` says how to mend it, and no secret. */
export function brokenChannel(name: string, type: string, why: string): Channel {
  return {
    name,
    type,
    // What it takes is not known; a cause that is found later is of use to few.
    wants: new Set(NOTICE_KINDS.filter((kind) => kind !== 'diagnosed')),
    deliver: async () => ({ kind: 'retry', error: why, statusCode: null }),
    preview: () => ({ contentType: 'text/plain', body: `Nothing can be sent: ${why}` }),
  };
}

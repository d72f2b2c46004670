/** A channel that is there and cannot send until a person mends it: what it is to tell waits, and is told then. */
import type { Channel } from '../model/delivery.ts';
import { WORTH_A_MESSAGE } from './channels/worth-a-message.ts';

/** `why` says how to mend it, and no secret. */
export function brokenChannel(name: string, type: string, why: string): Channel {
  return {
    name,
    type,
    // What it takes is not known: what any channel takes waits.
    wants: WORTH_A_MESSAGE,
    deliver: async () => ({ kind: 'retry', error: why, statusCode: null }),
    preview: () => ({ contentType: 'text/plain', body: `Nothing can be sent: ${why}` }),
  };
}

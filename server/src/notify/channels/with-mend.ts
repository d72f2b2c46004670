/** Says beside a status what a person should mend, where the channel knows. */
import type { DeliveryOutcome } from '../../model/delivery.ts';

/** By HTTP status. The delivery is tried again all the same: it arrives once that is done. */
export type Mends = Readonly<Record<number, string>>;

export function withMend(outcome: DeliveryOutcome, mends: Mends): DeliveryOutcome {
  if (outcome.kind !== 'retry') return outcome;
  const mend = mends[outcome.statusCode ?? 0];
  return mend === undefined ? outcome : { ...outcome, error: `${outcome.error}: ${mend}` };
}

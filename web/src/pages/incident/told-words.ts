/** How a decision about telling looks. Pure. */
import type { WireNoticeDecision } from '@tattle/contract';

/** `good`: it arrived. `bad`: it was meant to, and did not. `later`: it comes. `not`: it does not come. */
export type ToldIcon = 'good' | 'bad' | 'later' | 'not';

export function iconOf({ verdict, reason, delivery }: WireNoticeDecision): ToldIcon {
  if (verdict === 'held') return 'later';
  if (verdict === 'withheld') return reason === 'no-channel' ? 'bad' : 'not';
  switch (delivery?.status) {
    case 'delivered':
      return 'good';
    case 'dead':
    case 'disabled':
      return 'bad';
    case 'suppressed':
      return 'not';
    case 'pending':
    case undefined:
      return 'later';
  }
}

/** How an incident stands, in a sentence to be said aloud when it changes. */
import type { WireIncident } from '@tattle/contract';

const STATES: Readonly<Record<WireIncident['state'], string>> = {
  open: 'This incident is open',
  acknowledged: 'This incident is acknowledged',
  resolved: 'This incident is resolved',
  regressed: 'This incident came back',
};

export function standingWords({ state, severity, mergedInto }: WireIncident): string {
  return mergedInto === null ? `${STATES[state]}, severity ${severity}.` : 'This incident was merged into another.';
}

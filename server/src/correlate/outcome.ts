/** How a command ended. */
import type { CommandOutcome } from '../model/incident-command.ts';

export function refused(why: string): CommandOutcome {
  return { refusal: why, incidentIds: [] };
}

export function done(...incidentIds: readonly string[]): CommandOutcome {
  return { refusal: null, incidentIds };
}

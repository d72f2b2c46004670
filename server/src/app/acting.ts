/** Acts on incidents where no server runs: the same decisions, over a store that this process alone has opened. */
import { randomUUID } from 'node:crypto';
import { Correlator } from '../correlate/correlator.ts';
import type { Command, CommandOutcome } from '../model/incident-command.ts';
import type { Clock } from '../model/ports/process.ts';
import type { Store } from '../model/ports/store.ts';
import { SlimCache } from '../observe/cache.ts';
import { Deduplicator } from '../triage/deduplicate.ts';
import { problemKey } from '../triage/fingerprint.ts';
import { Deciding } from './committing/deciding.ts';

/** Nothing is watched here, so nothing is known of what still holds. */
const UNKNOWN = { holds: () => undefined, healthy: () => undefined };
const NO_REPEATS = { ttlMs: 0 };

export function actingOn(store: Store, clock: Clock): (command: Command) => Promise<CommandOutcome> {
  const correlator = new Correlator({ cache: new SlimCache(), active: UNKNOWN, problemKey });
  const deciding = new Deciding({ store, correlator, deduplicator: new Deduplicator(NO_REPEATS), clock });
  return async (command) => {
    const { outcome, decision } = await deciding.act(command, randomUUID());
    await decision?.commit();
    return outcome;
  };
}
